package testmail

import "strings"

// eicarFile is the EICAR anti-virus test file. It is put together here from pieces, because as one
// string in this program or its source an anti-virus product would remove it from the analyst's
// own machine.
func eicarFile() Attachment {
	pieces := []string{
		"X5O!P%@AP", "[4\\PZX54", "(P^)7CC)7}$",
		"EICAR", "STANDARD", "ANTIVIRUS", "TEST", "FILE", "H+H*",
	}
	head := strings.Join(pieces[:3], "")
	words := strings.Join(pieces[3:8], "-")
	return Attachment{
		Name:        "eicar.com",
		ContentType: "application/octet-stream",
		Data:        []byte(head + words + "!$" + pieces[8]),
	}
}
