// Package mailfile takes a mail apart for an analyst: an .eml file, or a block of
// headers that somebody pasted, becomes a [Report] of who sent it to whom, the
// way it took, what the receiving servers thought of it, its links, its
// attachments with their hashes, and every observable in it with the place where
// it stood.
//
// Mails that are looked at here are often made to be misread. What is broken is
// read as mail programs read it, and noted as a problem; nothing in a mail is an
// error. Size, depth, number of parts and archive entries are bounded, and the
// work is linear in the size. Archives are listed from their directories and never
// unpacked to disk. All texts of a report are the sender's: clean them before
// drawing.
//
// Outlook's .msg files are not read. They are OLE2 compound files, and there is
// no Go library for them that is kept up well enough to stand in front of hostile
// input; save the message as .eml instead.
package mailfile
