package ctim

import (
	"encoding/json"
	"strings"
)

// Column describes one column of a DataTable. Types are string, integer, number, markdown,
// url and observable; the list is open.
type Column struct {
	Name             string `json:"name"`
	Type             string `json:"type"`
	Description      string `json:"description"`
	ShortDescription string `json:"short_description"`
	Required         bool   `json:"required"`
	Extra            Extra  `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (c *Column) UnmarshalJSON(data []byte) (err error) {
	var fresh Column
	fresh.Extra, err = decodeObject(data, &fresh)
	*c = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (c Column) MarshalJSON() ([]byte, error) { return encodeObject(c, c.Extra) }

// DataTable is the table that a sighting may carry. Rows are as they came; Cells gives them
// row by row for sure.
type DataTable struct {
	Columns  []Column            `json:"columns"`
	Rows     [][]json.RawMessage `json:"rows"`
	RowCount int                 `json:"row_count"`
	Extra    Extra               `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (d *DataTable) UnmarshalJSON(data []byte) (err error) {
	var fresh DataTable
	fresh.Extra, err = decodeObject(data, &fresh)
	*d = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (d DataTable) MarshalJSON() ([]byte, error) { return encodeObject(d, d.Extra) }

// Cells gives the table row by row, each cell as text (see CellText). Modules write one list
// per row; CTIM's own checker takes the outer list for columns. So when there are as many
// lists as columns and all of them have another length than that, they are columns.
func (d DataTable) Cells() [][]string {
	rows := d.Rows
	if d.columnMajor() {
		rows = make([][]json.RawMessage, len(d.Rows[0]))
		for _, column := range d.Rows {
			for i, cell := range column {
				rows[i] = append(rows[i], cell)
			}
		}
	}
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = make([]string, len(row))
		for j, cell := range row {
			cells[i][j] = CellText(cell)
		}
	}
	return cells
}

// columnMajor tells whether the outer list holds columns.
func (d DataTable) columnMajor() bool {
	if len(d.Rows) == 0 || len(d.Rows) != len(d.Columns) {
		return false
	}
	length := len(d.Rows[0])
	if length == len(d.Columns) {
		return false
	}
	for _, inner := range d.Rows {
		if len(inner) != length {
			return false
		}
	}
	return true
}

// CellText gives the text of a cell, which may be any JSON: a string without its quotes,
// nothing for null, the value of an observable, a list's items joined by ", ", and anything
// else as it is written.
func CellText(cell json.RawMessage) string {
	var text *string
	if json.Unmarshal(cell, &text) == nil {
		if text == nil {
			return ""
		}
		return *text
	}
	if o, usable, _ := decodeObservable(cell); usable {
		return o.Value
	}
	var items []json.RawMessage
	if json.Unmarshal(cell, &items) == nil {
		texts := make([]string, len(items))
		for i, item := range items {
			texts[i] = CellText(item)
		}
		return strings.Join(texts, ", ")
	}
	return string(cell)
}
