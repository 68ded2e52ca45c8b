package table

// ColumnState is how one column stands.
type ColumnState struct {
	Title string
	Shown bool // chosen, though there may be no room for it
	Room  bool // it is on the screen
}

// Columns gives the columns that have a title, in their order.
func (t *Table[R]) Columns() []ColumnState {
	var out []ColumnState
	for i, c := range t.o.Columns {
		if c.Title != "" {
			out = append(out, ColumnState{c.Title, !t.hidden[i], len(t.widths) > i && t.widths[i] > 0})
		}
	}
	return out
}

// ShowColumn shows the column of a title, or takes it away; the last one stays.
func (t *Table[R]) ShowColumn(title string, show bool) {
	hidden := map[int]bool{}
	shown := 0
	for i, c := range t.o.Columns {
		switch {
		case c.Title == title && !show, c.Title != title && t.hidden[i]:
			hidden[i] = true
		case c.Title != "":
			shown++
		}
	}
	if shown == 0 {
		return
	}
	t.hidden = hidden
	if t.w > 0 {
		t.widths = t.divide(t.w)
	}
	t.Redraw()
}

// Redraw draws the rows anew: the cells say something else than before.
func (t *Table[R]) Redraw() {
	clear(t.drawn)
	t.layout()
}

// Shown are the rows that show, in their order.
func (t *Table[R]) Shown() []*R {
	out := make([]*R, 0, t.Len())
	for at := range t.Len() {
		i, _ := t.row(at)
		out = append(out, t.rows[i])
	}
	return out
}

// Beside selects the row a number of rows further, and gives it; nil when there is none.
func (t *Table[R]) Beside(rows int) *R {
	i, ok := t.row(t.at + rows)
	if !ok {
		return nil
	}
	t.move(rows)
	return t.rows[i]
}
