package setup

import (
	"strings"
	"time"
)

// TokenLives are the life times that the portal offers for a registration token.
func TokenLives() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{
		time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 8 * time.Hour, 12 * time.Hour,
		day, 2 * day, 3 * day, 4 * day, 5 * day,
	}
}

// TokenTimer is what the person said about a registration token. The token itself is never kept:
// neither its expiry nor its region can be read from it.
type TokenTimer struct {
	IssuedAt time.Time     `json:"issued_at"`
	Life     time.Duration `json:"life"`
	Portal   string        `json:"portal"` // the region id of the portal that issued it
}

// Left is how long the token is still good; not positive when it ran out.
func (t TokenTimer) Left(now time.Time) time.Duration {
	return t.IssuedAt.Add(t.Life).Sub(now)
}

// TokenDoubts returns what is unusual about a registration token's shape, in the order in which it
// should be looked at; nothing when it looks right. Tokens are believed to be 32 letters and digits,
// so these are doubts and no refusals. The token is not part of the answer.
func TokenDoubts(token string) []Text {
	trimmed := strings.TrimSpace(token)
	var doubts []Text
	doubt := func(yes bool, en, ko string) {
		if yes {
			doubts = append(doubts, Text{en, ko})
		}
	}
	doubt(trimmed == "", "It is empty.", "비어 있습니다.")
	doubt(strings.ContainsAny(trimmed, " \t\r\n"), "It holds blanks: copied over two lines?", "공백이 포함되어 있습니다. 두 줄로 복사되었습니까?")
	doubt(strings.ContainsAny(trimmed, `"'“”‘’`), "It holds quotation marks.", "따옴표가 포함되어 있습니다.")
	doubt(strings.Contains(strings.ToLower(trimmed), "http"), "It looks like a link, not like a token.", "토큰이 아니라 링크처럼 보입니다.")
	doubt(trimmed != "" && (len(trimmed) < 24 || len(trimmed) > 48), "Its length is far from 32 characters: copied whole?", "길이가 32자와 크게 다릅니다. 전체가 복사되었습니까?")
	return doubts
}
