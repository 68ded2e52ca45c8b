package observable

import "strings"

// fileExtensions are the endings that make a name a file's. Some are top-level
// domains as well (zip, py, sh, cab): a bare name with one of them is a file;
// written as a host (www., a port, a path, a defanged dot) it is a domain.
// Endings that are far more often a domain in mail (pub, mobi, ws) are absent.
var fileExtensions = wordSet(`
	7z ace apk appx appxbundle arj asp aspx bat bin bmp bz2 cab cer cfg chm class cmd conf cpl crt crx csv
	dat db deb der dex dll dmg doc docb docm docx dotm dotx dump dylib elf eml emf epub exe
	gif gz gzip hta htm html hwp hwpx ico ics img inf ini iqy iso jar java jnlp jpeg jpg js jse json jsp jspx
	key ko lnk log lz lzh lzma mdb mht mhtml mkv mof mp3 mp4 mpeg mpg msc msg msi msix msp mst
	ocx odg odp ods odt one onepkg oxps pcap pcapng pdb pdf pem pfx php phtml pif pkg plist png pot potm potx
	pps ppsm ppsx ppt pptm pptx ppam ps1 psd1 psm1 ps1xml pst pyc pyd pyw r00 r01 rar rdp reg rpm rtf
	scf scr sct settingcontent-ms shs sldm slk so sql sqlite svg swf sys tar tbz tgz thmx theme tif tiff tmp txt txz tz
	udf url vb vba vbe vbs vhd vhdx vmdk vsd vsdm vsdx vxd wasm wav wbk webp wim wiz wll wmf wmv wpd wsc wsf wsh
	xar xhtml xla xlam xll xls xlsb xlsm xlsx xlt xltm xltx xml xpi xps xsl xz yaml yml zipx zst
	avi flv m4a m4v ogg flac eps odb ost oft dwg dxf pak bak old swp asa cgi cfm jspf shtml vcf vcs
	ace alz egg xxe uue mim ics p7m p7s p7b p12 pkcs12 crdownload part torrent ttf otf woff woff2 msu nupkg whl
	zip mov py sh pl rs md pm sln vbproj css ts tsx
`)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for e := range strings.FieldsSeq(list) {
		m[e] = true
	}
	return m
}

// isFileName tells a name with the ending of a file.
func isFileName(name string) bool {
	i := strings.LastIndexByte(name, '.')
	n := len(name) - i - 1
	if i < 0 || n == 0 || n > len(maxExtension) {
		return false
	}
	e := name[i+1:]
	if n == 3 && (e == "com" || e == "net" || e == "org") {
		return false
	}
	var buf [len(maxExtension)]byte
	for j := range n {
		buf[j] = lower(e[j])
	}
	return fileExtensions[string(buf[:n])]
}

// maxExtension is the longest ending in the list.
const maxExtension = "settingcontent-ms"

// nameLabels stand, with "=" or ":" behind, before a file's name in quotation
// marks: in MIME headers, in the logs of the appliance, in JSON. Only behind
// them a blank is part of the name, since prose is quoted too.
var nameLabels = []string{"filename", "filename*", "file name", "file_name", "file-name", "name", "name*", "attachment", "attachments", "attached file"}

// quotedName gives the beginning of the quoted name of a file that ends at
// end, or 0: filename="Invoice 42.pdf". What was found of it is at start.
func quotedName(line string, start, end int) int {
	mark := at(line, end)
	if mark != '"' && mark != '\'' || start == 0 || line[start-1] == mark {
		return 0
	}
	from := max(0, start-200)
	open := from + strings.LastIndexByte(line[from:start], mark)
	if open < from || strings.ContainsAny(line[open+1:start], `\/<>|=:`) {
		return 0
	}
	label := open
	for label > 0 && open-label < 4 && strings.IndexByte(` =:"'`, line[label-1]) >= 0 {
		label--
	}
	if label == open {
		return 0
	}
	for _, l := range nameLabels {
		if n := label - len(l); n >= 0 && hasFoldPrefix(line[n:label], l) && (n == 0 || !isWord(line[n-1])) {
			if l == "name" && line[label] != '=' {
				// In JSON anything has a name.
				continue
			}
			return open + 1
		}
	}
	return 0
}

// fileName adds the name of a file, with what in brackets or behind "~", "+",
// "&" belongs to it: "report(1).pdf".
func (s *scanner) fileName(line string, start, end int) {
	if start > 0 && line[start-1] == '.' {
		start--
	}
	if first, _, _ := strings.Cut(line[start:end], "."); first == "this" || first == "self" || first == "console" {
		// "console.log" is code.
		return
	}
	if start > 0 && line[start-1] == '*' && (line[start] == '.' || start > 1 && atoms[line[start-2]] != 0) || strings.HasPrefix(line[end:], "()") {
		// A pattern ("*.min.js") and a call ("key.cer()") name no file.
		return
	}
	if a := quotedName(line, start, end); a > 0 {
		start = a
	}
	for start > 0 && line[start-1] == ')' {
		open := strings.LastIndexByte(line[max(0, start-12):start], '(')
		if open < 0 {
			break
		}
		open += max(0, start-12)
		a := open
		for a > 0 && atoms[line[a-1]] != 0 && open-a < 200 {
			a--
		}
		if a == open {
			break
		}
		start = a
	}
	s.add(kFileName, start, end)
}

// isNumbered tells "report(1)", the beginning of the name of a file's copy.
func isNumbered(s string) bool {
	open := strings.LastIndexByte(s[max(0, len(s)-len("x(99)")):], '(')
	if !strings.HasSuffix(s, ")") || open < 1 {
		return false
	}
	open += max(0, len(s)-len("x(99)"))
	number := s[open+1 : len(s)-1]
	return number != "" && allDigits(number) && atoms[s[open-1]] != 0
}

// isQuotedPath tells '\rundll32.exe', as detection rules write the end of a
// path, from an escape sequence.
func isQuotedPath(line string, start, end int) bool {
	return start > 1 && (line[start-2] == '\'' || line[start-2] == '"' || line[start-2] == '*') && line[start-2] == at(line, end) && isFileName(line[start:end])
}
