package esa

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tracking is a newest-first list of MIDs that answers as AsyncOS pages.
type tracking struct {
	mids []int // newest first; 0 is a record that cannot be assembled
	grow int   // mails that arrive before each further page
}

func (l *tracking) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	page := l.mids[min(offset, len(l.mids)):min(offset+limit, len(l.mids))]
	var rows []string
	bad := 0
	for _, mid := range page {
		if mid == 0 {
			bad++
			continue
		}
		status := "Delivered"
		if mid%3 == 0 {
			status = "Quarantined by Content Filters"
		}
		rows = append(rows, fmt.Sprintf(`{"attributes":{"mid":[%d],"serialNumber":"s","messageStatus":{"%d":%q}}}`, mid, mid, status))
	}
	fmt.Fprintf(w, `{"meta":{"num_bad_records":%d,"totalCount":%d},"data":[%s]}`, bad, len(rows), strings.Join(rows, ","))
	for range l.grow {
		l.mids = append([]int{slices.Max(l.mids) + 1}, l.mids...)
	}
}

func descending(from, to int) []int {
	var out []int
	for mid := from; mid >= to; mid-- {
		out = append(out, mid)
	}
	return out
}

func collect(t *testing.T, c *Client, q Query) (mids []int) {
	t.Helper()
	for m, err := range c.Messages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		mids = append(mids, int(m.MIDs[0]))
	}
	return mids
}

func TestPaging(t *testing.T) {
	for _, tt := range []struct {
		name  string
		list  tracking
		limit int
		want  []int
		pages int
	}{
		{"nothing", tracking{}, 2, nil, 1},
		{"one short page", tracking{mids: []int{1}}, 2, []int{1}, 1},
		{"the last page is full", tracking{mids: descending(4, 1)}, 2, []int{4, 3, 2, 1}, 3},
		{"the last page is short", tracking{mids: descending(5, 1)}, 2, []int{5, 4, 3, 2, 1}, 3},
		{"bad records take places", tracking{mids: []int{9, 0, 7, 6, 0, 4}}, 2, []int{9, 7, 6, 4}, 4},
		{"mail arrives meanwhile", tracking{mids: descending(9, 1), grow: 1}, 3, descending(9, 1), 5},
		{"100 a page by default", tracking{mids: descending(250, 1)}, 0, descending(250, 1), 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDevice(t, tt.list.serve)
			q := aQuery()
			q.Limit = tt.limit
			if diff := cmp.Diff(tt.want, collect(t, d.client(t), q)); diff != "" {
				t.Error(diff)
			}
			if got := len(d.seen()); got != tt.pages {
				t.Errorf("%d pages, want %d", got, tt.pages)
			}
			step := tt.limit
			if step == 0 {
				step = MaxLimit
			}
			for i, r := range d.seen() {
				if v := parseQuery(t, r.Query); v["offset"] != strconv.Itoa(i*step) {
					t.Errorf("page %d has offset %s", i, v["offset"])
				}
			}
		})
	}
}

func TestPagingStartsAtTheOffset(t *testing.T) {
	d := newDevice(t, (&tracking{mids: descending(10, 1)}).serve)
	q := aQuery()
	q.Limit, q.Offset = 4, 3
	if diff := cmp.Diff(descending(7, 1), collect(t, d.client(t), q)); diff != "" {
		t.Error(diff)
	}
}

func TestPagingStopsWhenTheCallerDoes(t *testing.T) {
	d := newDevice(t, (&tracking{mids: descending(10, 1)}).serve)
	q := aQuery()
	q.Limit = 2
	for m, err := range d.client(t).Messages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if m.MIDs[0] == 9 {
			break
		}
	}
	if len(d.seen()) != 1 {
		t.Errorf("%d pages were fetched for two messages", len(d.seen()))
	}
}

func TestPagingEndsOnAnApplianceThatIgnoresTheOffset(t *testing.T) {
	d := newDevice(t, reply(`{"meta":{"totalCount":1},"data":[{"attributes":{"mid":[1],"serialNumber":"s"}}]}`))
	q := aQuery()
	q.Limit = 1
	if diff := cmp.Diff([]int{1}, collect(t, d.client(t), q)); diff != "" {
		t.Error(diff)
	}
	if len(d.seen()) > 1+maxStalePages {
		t.Errorf("%d pages", len(d.seen()))
	}
}

func TestPagingEndsWithAnError(t *testing.T) {
	calls := 0
	list := tracking{mids: descending(10, 1)}
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 2 {
			refuse(w, 502, "Bad Gateway", "")
			return
		}
		list.serve(w, r)
	})
	q := aQuery()
	q.Limit = 4
	var messages, failures int
	for _, err := range d.client(t).Messages(t.Context(), q) {
		if err == nil {
			messages++
		} else if failures++; KindOf(err) != KindServer {
			t.Error(err)
		}
	}
	if messages != 4 || failures != 1 {
		t.Errorf("%d messages and %d failures, want 4 and 1", messages, failures)
	}
}

func TestStatusIsFilteredHere(t *testing.T) {
	d := newDevice(t, (&tracking{mids: append(descending(30, 28), append([]int{26, 25, 23, 22, 20, 19, 17, 16, 14, 13}, descending(9, 1)...)...)}).serve)
	q := aQuery()
	q.Limit, q.Status = 2, StatusQuarantined
	if diff := cmp.Diff([]int{30, 9, 6, 3}, collect(t, d.client(t), q)); diff != "" {
		t.Error(diff)
	}
	q.Offset, q.Limit = 0, 3
	p, err := d.client(t).Search(t.Context(), q)
	if err != nil || len(p.Messages) != 1 || p.Rows != 3 || p.Last {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestRejectedConnections(t *testing.T) {
	d := newDevice(t, reply(`{"data":[{"attributes":{"icid":9,"senderIp":"192.0.2.66","senderGroup":"BLOCKED","sbrs":"-9.1","serialNumber":"s","hostName":"","timestamp":"07 Sep 2026 08:10:33 (GMT)","messageStatus":"","rejected":"by HAT"}}],"meta":{"num_bad_records":0,"totalCount":1}}`))
	q := aQuery()
	q.RejectedConnections = true
	p, err := d.client(t).Search(t.Context(), q)
	if err != nil || len(p.Messages) != 1 {
		t.Fatal(p, err)
	}
	m := p.Messages[0]
	if m.ICID != 9 || m.SenderIP != "192.0.2.66" || m.SBRS != "-9.1" || m.Rejected != "by HAT" || m.Time.IsZero() || len(m.MIDs) != 0 {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(d.seen()[0].Query, "searchOption=rejected_connections") {
		t.Error(d.seen()[0].Query)
	}
}

func TestSearchOnAnSMA(t *testing.T) {
	d := newDevice(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/json" || r.Header.Get("User-Agent") != "ctrace" {
			t.Errorf("header %v", r.Header)
		}
		_, _ = io.WriteString(w, `{}`)
	})
	p, err := d.client(t, func(c *Config) { c.Flavour = SMA }).Search(t.Context(), aQuery())
	if err != nil || !p.Last {
		t.Fatal(p, err)
	}
	r := d.seen()[0]
	if r.Method != "GET" || r.Path != "/sma/api/v2.0/message-tracking/messages" || !strings.HasPrefix(r.Query, "ciscoHost=All_Hosts&") || r.Body != "" {
		t.Errorf("%+v", r)
	}
}
