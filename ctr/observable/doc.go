// Package observable holds what an analyst asks Threat Response about: the
// observable types of CTIM, the query language of Investigate, and a scanner
// that finds observables in free text, however they were defanged.
//
// It works offline and keeps no state. It never resolves, fetches or opens
// anything that it finds, and it never alters text whose letter case carries
// meaning (subjects, file names, paths).
package observable
