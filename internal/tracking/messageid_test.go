package tracking

import (
	"context"
	"testing"
	"time"

	"ctrace/esa"
)

// strict finds messages by one form of the Message-ID only.
type strict struct {
	*gateway
	form string
}

func (g strict) Search(ctx context.Context, q esa.Query) (esa.Page, error) {
	if q.MessageID != g.form {
		g.asked = append(g.asked, q)
		return esa.Page{Last: true}, nil
	}
	return g.gateway.Search(ctx, q)
}

// TestAMessageIDIsFoundInBothForms: with angle brackets and without, however it was written.
func TestAMessageIDIsFoundInBothForms(t *testing.T) {
	for _, form := range []string{"a@b.example", "<a@b.example>"} {
		for _, written := range []string{"a@b.example", "<a@b.example>", "other@b.example"} {
			g := strict{newGateway("A", 1, time.Minute), form}
			q := day()
			q.MessageID = written
			s := New(q, []Source{{Name: "A", Tracker: g}}, noon)
			s.Want(10)
			want := 1
			if written == "other@b.example" {
				want = 0
			}
			if rows := settle(t, s, noon); len(rows) != want {
				t.Errorf("an appliance that wants %s, asked for %s: %d rows, want %d", form, written, len(rows), want)
			}
		}
	}
}
