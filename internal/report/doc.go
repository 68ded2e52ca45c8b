// Package report writes what was found for people and programs outside of the app: an
// investigation or a verification as JSON, CSV, Markdown or one self-contained HTML page, and
// the texts of a casebook.
//
// JSON holds every value exactly as it came. The other forms are for reading: there control
// characters and bidirectional controls show as visible marks, and addresses, names and URLs
// are defanged. An HTML report loads nothing, runs nothing and links nowhere. The package asks
// nobody anything; it writes what it is given.
package report
