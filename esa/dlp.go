package esa

import "context"

// DLP is the data-loss-prevention finding about one message.
type DLP struct {
	Message    Details // without events
	MID        int64
	Policy     string
	Severity   string // "HIGH"
	RiskFactor int64
	Matches    []DLPMatch
}

// DLPMatch is where and as what text was recognised.
type DLPMatch struct {
	Part       string // the part of the message
	Classifier string
	Texts      []Sensitive
}

// Sensitive is text that matched a DLP policy: real card numbers and the like.
// It hides itself from fmt, logs and JSON; only Reveal shows it.
type Sensitive struct{ text string }

const hidden = "[hidden]"

// Reveal returns the text. Call it only when a person asked to see it.
func (s Sensitive) Reveal() string { return s.text }

// String hides the text.
func (Sensitive) String() string { return hidden }

// GoString hides the text.
func (Sensitive) GoString() string { return hidden }

// MarshalText hides the text.
func (Sensitive) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// DLP fetches what data-loss prevention found; see Details.ShowDLP. Most roles
// get no matched texts.
func (c *Client) DLP(ctx context.Context, ref Ref) (DLP, error) {
	w, err := c.detail(ctx, ref, "read DLP details", "dlp-details")
	if err != nil {
		return DLP{}, err
	}
	return w.dlp(), nil
}

func (w *wireDetails) dlp() DLP {
	d := w.DLP.value
	out := DLP{
		Message: w.details(nil), MID: int64(d.MID),
		Policy: string(d.Policy), Severity: string(d.Severity), RiskFactor: int64(d.RiskFactor),
	}
	for _, content := range d.Content.list {
		for _, match := range content.Matches.list {
			m := DLPMatch{Part: string(content.Part), Classifier: string(match.Classifier)}
			for _, t := range match.Texts {
				m.Texts = append(m.Texts, Sensitive{t})
			}
			out.Matches = append(out.Matches, m)
		}
	}
	return out
}

type wireDLP struct {
	MID        number `json:"mid"`
	Policy     word   `json:"dlpPolicy"`
	Severity   word   `json:"violationSeverity"`
	RiskFactor number `json:"riskFactor"`
	Content    records[struct {
		Part    word `json:"messagePart"`
		Matches records[struct {
			Classifier word  `json:"classifier"`
			Texts      texts `json:"classifierMatch"`
		}] `json:"messagePartMatch"`
	}] `json:"dlpMatchedContent"`
}
