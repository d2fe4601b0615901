package view

import (
	"io"
	"strings"
)

// table prints rows of as many cells, each column as wide as its widest cell,
// and gives these widths. What does not fit the terminal goes on below the last
// column.
func (s Style) table(w io.Writer, rows [][]string) (widths []int) {
	widths = make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, row := range rows {
		s.row(w, widths, row)
	}
	return widths
}

func (s Style) row(w io.Writer, widths []int, row []string) {
	var line strings.Builder
	for i, cell := range row[:len(row)-1] {
		line.WriteString(pad(cell, widths[i]) + "  ")
	}
	if row[len(row)-1] == "" {
		s.line(w, columns(line.String()), strings.TrimRight(line.String(), " "))
		return
	}
	s.line(w, columns(line.String()), line.String(), row[len(row)-1])
}
