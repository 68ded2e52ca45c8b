package setup

import "time"

// The limits of a clock's difference. Tokens and certificates bear a minute; five minutes break them.
const (
	skewWarns = 60 * time.Second
	skewFails = 300 * time.Second
)

// Clock is what one party says the time is.
type Clock struct {
	Party   string // "appliance" or "cloud"
	Says    time.Time
	Asked   time.Time     // this computer's time half-way between question and answer
	Assumed bool          // the party named no time zone
	Margin  time.Duration // how exact Says is: a second for HTTP dates, half the round trip at least
}

// Skew is how far a party's clock is ahead of this computer's; negative when it is behind. What lies
// within the margin counts as none.
func (c Clock) Skew() time.Duration {
	skew := c.Says.Sub(c.Asked)
	if skew.Abs() <= c.Margin {
		return 0
	}
	return skew.Round(time.Second)
}
