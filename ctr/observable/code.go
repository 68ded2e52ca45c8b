package observable

import "strings"

// isCode tells a member of an object in source code ("this.name",
// "elemNode.style", "WScript.Shell") from a domain under a top-level domain
// that is a word. Names that were defanged are never code.
func isCode(first, last string, is lastLabel, kinds kindOf) bool {
	if kinds&aUpper != 0 && !is.common && (isTitle(last) || isCamel(first)) {
		return true
	}
	if !is.member {
		return false
	}
	return codeObjects[first] || len(first) == 1 && len(last) > 2 && isAlpha(first[0])
}

// userLabels stand before the name of a person's account, which may well be
// "joe.black".
var userLabels = []string{"user", "username", "user_name", "usrname", "login", "account", "owner", "uid"}

func followsUserLabel(line string, start int) bool {
	end := start
	for end > 0 && start-end < 4 && strings.IndexByte(`"':= `, line[end-1]) >= 0 {
		end--
	}
	if end == start || !strings.ContainsAny(line[end:start], ":=") {
		return false
	}
	for _, l := range userLabels {
		if hasFoldSuffix(line[max(0, end-len(l)):end], l) {
			return true
		}
	}
	return false
}

// isCamel tells "elemNode": a capital within a word that begins without.
func isCamel(word string) bool {
	if isUpper(word[0]) || !isAlpha(word[0]) {
		return false
	}
	for i := range len(word) {
		if isUpper(word[i]) {
			return true
		}
	}
	return false
}

// memberNames are top-level domains that members of objects are often called.
var memberNames = wordSet(`name id email is in info data next target open new run map total style stream group search date now read
	host link call events network watch style select block box click support got int show play store cat zone works map tools frame`)

// codeObjects are what programs call the object before the dot.
var codeObjects = wordSet(`this self event obj object elem element node item window document console process request response req res
	config options args params props state ctx module system user file path
	host source destination agent dns network`)

// buildFiles are files that a mail or source administrator names and whose
// endings are countries.
var buildFiles = wordSet(`configure.ac configure.in makefile.am makefile.in main.cf master.cf`)

var buildEndings = wordSet(`ac am in cf`)

func isBuildFile(name string) bool {
	return buildFiles[lowerASCII(name)] || strings.HasSuffix(name, ".h.in") || strings.HasSuffix(name, ".pc.in")
}
