package keys

// The actions.
const (
	Quit      ID = "quit"
	Help      ID = "help"
	Palette   ID = "palette"
	SetupOpen ID = "setup"
	Inspect   ID = "inspect"
	Diagnose  ID = "diagnose"
	Focus     ID = "focus"
	FocusBack ID = "focus-back"
	Redraw    ID = "redraw"
	Suspend   ID = "suspend"
	Mouse     ID = "mouse"
	Messages  ID = "messages"
	Screen1   ID = "screen-1"
	Screen2   ID = "screen-2"
	Screen3   ID = "screen-3"
	Screen4   ID = "screen-4"

	Up       ID = "up"
	Down     ID = "down"
	PageUp   ID = "page-up"
	PageDown ID = "page-down"
	HalfUp   ID = "half-up"
	HalfDown ID = "half-down"
	Top      ID = "top"
	Bottom   ID = "bottom"

	VerifyStart      ID = "verify-start"
	VerifyAgain      ID = "verify-again"
	VerifyResume     ID = "verify-resume"
	VerifyCancel     ID = "verify-cancel"
	VerifyTranscript ID = "verify-transcript"
	VerifyCopy       ID = "verify-copy"
	VerifyLook       ID = "verify-investigate"
	VerifyExport     ID = "verify-export"
	TranscriptBack   ID = "transcript-back"
	TranscriptCopy   ID = "transcript-copy"

	TrackSearch      ID = "track-search"
	TrackOpen        ID = "track-open"
	TrackFollow      ID = "track-follow"
	TrackInvestigate ID = "track-investigate"
	TrackCopy        ID = "track-copy"
	TrackAgain       ID = "track-again"
	TrackForm        ID = "track-form"
	TrackSaved       ID = "track-saved"
	TrackSave        ID = "track-save"
	TrackZone        ID = "track-zone"
	TrackExport      ID = "track-export"
	TrackColumns     ID = "track-columns"
	TrackAll         ID = "track-all"
	TrackStop        ID = "track-stop"
	TrackQuarantine  ID = "track-quarantine"
	HeldOpen         ID = "quarantine-open"
	HeldKind         ID = "quarantine-kind"
	HeldRelease      ID = "quarantine-release"
	HeldDelete       ID = "quarantine-delete"
	HeldLook         ID = "quarantine-investigate"
	HeldCopy         ID = "quarantine-copy"
	HeldReload       ID = "quarantine-reload"
	HeldMatches      ID = "quarantine-matches"
	MessageNext      ID = "message-next"
	MessagePrev      ID = "message-previous"
	MessageZone      ID = "message-zone"
	MessageExport    ID = "message-export"
	MessageDLP       ID = "message-dlp"
	MessageCopy      ID = "message-copy"
	MessageLook      ID = "message-investigate"

	LookAsk       ID = "look-ask"
	LookOpen      ID = "look-open"
	LookBack      ID = "look-back"
	LookLeft      ID = "look-left"
	LookRight     ID = "look-right"
	LookRefresh   ID = "look-refresh"
	LookTab       ID = "look-tab"
	LookTabBack   ID = "look-tab-back"
	LookCopy      ID = "look-copy"
	LookCopyAs    ID = "look-copy-as"
	LookLinks     ID = "look-links"
	LookRespond   ID = "look-respond"
	LookCasebook  ID = "look-casebook"
	LookExport    ID = "look-export"
	LookOrder     ID = "look-order"
	LookRun       ID = "look-run"
	LookComplete  ID = "look-complete"
	LookEarlier   ID = "look-earlier"
	LookLeave     ID = "look-leave"
	DraftLookUp   ID = "draft-look-up"
	DraftLeaveOut ID = "draft-leave-out"
	DraftType     ID = "draft-type"
	DraftBack     ID = "draft-back"
	LookChoose    ID = "look-choose"
	LookMenuClose ID = "look-menu-close"
	TreeUnfold    ID = "tree-unfold"
	TreeRoot      ID = "tree-root"

	HistoryOpen    ID = "history-open"
	HistoryAgain   ID = "history-again"
	HistoryResume  ID = "history-resume"
	HistoryCompare ID = "history-compare"
	HistoryReload  ID = "history-reload"
	HistoryCopy    ID = "history-copy"
	PageBack       ID = "page-back"

	SetupEnter ID = "setup-open"
	SetupBack  ID = "setup-back"
	SetupCopy  ID = "setup-copy"
	SetupNext  ID = "setup-next"
	SetupPrev  ID = "setup-previous"

	SetupMark      ID = "setup-mark"
	SetupCheck     ID = "setup-check"
	SetupPractice  ID = "setup-practice"
	SetupToken     ID = "setup-token"
	SetupAppliance ID = "setup-appliance"

	FormNext   ID = "form-next"
	FormPrev   ID = "form-previous"
	FormDone   ID = "form-done"
	FormCancel ID = "form-cancel"
	FormPaste  ID = "form-paste"
	FormSkip   ID = "form-skip"
	AnswerNext ID = "answer-next"
	AnswerPrev ID = "answer-previous"

	DiagnosisStep     ID = "diagnosis-step"
	DiagnosisSymptoms ID = "diagnosis-symptoms"
	DiagnosisTick     ID = "diagnosis-tick"
	DiagnosisPractice ID = "diagnosis-practice"

	TableFilter  ID = "table-filter"
	TableClear   ID = "table-clear"
	TableMark    ID = "table-mark"
	TableSort    ID = "table-sort"
	TableReverse ID = "table-reverse"

	PanelClose ID = "panel-close"
	PanelCopy  ID = "panel-copy"
)

var table = []Binding{
	{Diagnose, Global, []string{"d"}, "d", "causes", "Show or hide what went wrong and what to do", "diagnosis"},
	{SetupOpen, Global, []string{"s"}, "s", "set-up", "Show or hide the set-up guide", "setup"},
	{Help, Global, []string{"?"}, "?", "help", "Show every key that works here", "help"},
	{Palette, Global, []string{":"}, ":", "commands", "Type a command", ""},
	{Quit, Global, []string{"q", "ctrl+c"}, "q", "quit", "Leave Ctrace; asks while something runs", "quit"},
	{Inspect, Global, []string{"I"}, "I", "", "Show or hide everything about what is selected", "inspect"},
	{Focus, Global, []string{"tab"}, "tab", "", "Go between the screen and the side panel, or between the two sides of a screen", ""},
	{FocusBack, Global, []string{"shift+tab"}, "shift+tab", "", "Go back between them", ""},
	{Screen1, Global, []string{"1"}, "1", "", "Go to the first screen", ""},
	{Screen2, Global, []string{"2"}, "2", "", "Go to the second screen", ""},
	{Screen3, Global, []string{"3"}, "3", "", "Go to the third screen", ""},
	{Screen4, Global, []string{"4"}, "4", "", "Go to the fourth screen", ""},
	{Mouse, Global, []string{"m"}, "m", "", "Let the mouse scroll and click, or give it back to the terminal", "mouse"},
	{Messages, Global, []string{"M"}, "M", "", "Read the last notices again", "messages"},
	{Redraw, Global, []string{"ctrl+l"}, "ctrl+l", "", "Draw the screen again", "redraw"},
	{Suspend, Global, []string{"ctrl+z"}, "ctrl+z", "", "Stop Ctrace and go to the shell; fg comes back", "suspend"},

	{Up, Move, []string{"up", "k"}, "↑ k", "", "Up", ""},
	{Down, Move, []string{"down", "j"}, "↓ j", "", "Down", ""},
	{HalfUp, Move, []string{"ctrl+u"}, "ctrl+u", "", "Half a page up", ""},
	{HalfDown, Move, []string{"ctrl+d"}, "ctrl+d", "", "Half a page down", ""},
	{PageUp, Move, []string{"pgup", "ctrl+b"}, "pgup ctrl+b", "", "A page up", ""},
	{PageDown, Move, []string{"pgdown", "ctrl+f"}, "pgdn ctrl+f", "", "A page down", ""},
	{Top, Move, []string{"home", "g"}, "home g", "", "To the top", ""},
	{Bottom, Move, []string{"end", "G"}, "end G", "", "To the end", ""},

	{VerifyStart, Verify, []string{"enter"}, "enter", "start", "Send a test email and follow it", "verify"},
	{VerifyCancel, Verify, []string{"esc"}, "esc", "stop", "Stop the verification; it can be resumed", "stop"},
	{VerifyAgain, Verify, []string{"r"}, "r", "run again", "Run a new verification", "again"},
	{VerifyResume, Verify, []string{"c"}, "c", "continue", "Continue this run without sending again", "resume"},
	{VerifyTranscript, Verify, []string{"t"}, "t", "transcript", "Show the SMTP dialogue", "transcript"},
	{VerifyLook, Verify, []string{"i"}, "i", "investigate", "Investigate the test message in Threat Response", "investigate"},
	{VerifyCopy, Verify, []string{"y"}, "y", "copy", "Copy what is selected", "copy"},
	{VerifyExport, Verify, []string{"e"}, "e", "export", "Write the verification to a file", "export"},

	{TranscriptBack, Transcript, []string{"esc", "t", "backspace"}, "esc", "back", "Back to the stages", ""},
	{TranscriptCopy, Transcript, []string{"y"}, "y", "copy", "Copy the whole dialogue", "copy"},

	{TrackSearch, Track, []string{"n"}, "n", "search", "Edit the search", "search"},
	{TrackOpen, Track, []string{"enter", "right", "l"}, "enter", "open", "Show the message's life", "open"},
	{TrackFollow, Track, []string{"f"}, "f", "follow", "Keep looking for new messages, or stop it", "follow"},
	{TrackInvestigate, Track, []string{"i"}, "i", "investigate", "Investigate the marked messages in Threat Response", "investigate"},
	{TrackCopy, Track, []string{"y"}, "y", "", "Copy the message's Message-ID or MID", "copy"},
	{TrackForm, Track, []string{"F"}, "F", "form", "Edit the search in a form", "form"},
	{TrackExport, Track, []string{"e"}, "e", "", "Write the marked messages, or all that are shown, to a file", "export"},
	{TrackZone, Track, []string{"t"}, "t", "", "Show times in the appliance's zone, or in yours", "zone"},
	{TrackSaved, Track, []string{"w"}, "w", "", "Choose a saved search", "saved"},
	{TrackSave, Track, []string{"W"}, "W", "", "Save the search under a name", "save"},
	{TrackColumns, Track, []string{"C"}, "C", "", "Choose the columns", "columns"},
	{TrackAll, Track, []string{"L"}, "L", "", "Fetch everything that matches", "all"},
	{TrackQuarantine, Track, []string{"Q"}, "Q", "", "Look into the quarantines", "quarantine"},
	{TrackAgain, Track, []string{"ctrl+r"}, "ctrl+r", "", "Search again", "refresh"},
	{TrackStop, Track, []string{"esc"}, "esc", "stop", "Stop fetching; what is there stays", ""},

	{HeldOpen, Held, []string{"enter", "right", "l"}, "enter", "open", "Show the message that is held", "open"},
	{HeldKind, Held, []string{"c"}, "c", "other kind", "Go between the spam quarantine and the policy quarantines", "kind"},
	{HeldRelease, Held, []string{"r"}, "r", "release", "Let the marked messages go on to their recipients; asks first", "release"},
	{HeldDelete, Held, []string{"x"}, "x", "delete", "Delete the marked messages for good; asks first", "delete"},
	{HeldLook, Held, []string{"i"}, "i", "", "Investigate the marked messages in Threat Response", "investigate"},
	{HeldCopy, Held, []string{"y"}, "y", "", "Copy the message's MID", "copy"},
	{HeldReload, Held, []string{"ctrl+r"}, "ctrl+r", "", "Read the quarantine again", "reload"},
	{HeldMatches, Held, []string{"D"}, "D", "", "Show or hide the texts that a policy matched", "matches"},

	{MessageLook, Message, []string{"i"}, "i", "investigate", "Investigate the message in Threat Response", "investigate"},
	{MessageCopy, Message, []string{"y"}, "y", "copy", "Copy a value of the message; again for the next one", "copy"},
	{MessageExport, Message, []string{"e"}, "e", "export", "Write the message to a file", "export"},
	{MessageNext, Message, []string{"n"}, "n", "next", "Open the next message of the list", "next"},
	{MessagePrev, Message, []string{"p"}, "p", "", "Open the message before", "previous"},
	{MessageZone, Message, []string{"t"}, "t", "", "Show times in the appliance's zone, or in yours", "zone"},
	{MessageDLP, Message, []string{"D"}, "D", "", "Show or hide the texts that data-loss prevention matched", "matches"},

	{LookAsk, Look, []string{"n"}, "n", "look up", "Type or paste what to look up", "look up"},
	{LookOpen, Look, []string{"enter"}, "enter", "open", "Open what is selected; an observable is looked up", "open"},
	{LookBack, Look, []string{"esc", "backspace"}, "esc", "back", "Stop what runs, or go back to what was shown before", "back"},
	{LookLeft, Look, []string{"left", "h"}, "← h", "", "Go to the observables", ""},
	{LookRight, Look, []string{"right", "l"}, "→ l", "", "Go to what is known about the observable", ""},
	{LookTab, Look, []string{"]"}, "]", "next tab", "Show the next tab", ""},
	{LookTabBack, Look, []string{"["}, "[", "", "Show the previous tab", ""},
	{LookRefresh, Look, []string{"r"}, "r", "refresh", "Ask again, past the cache", "refresh"},
	{LookCopy, Look, []string{"y"}, "y", "copy", "Copy the value that is selected, as it is", "copy"},
	{LookCopyAs, Look, []string{"Y"}, "Y", "", "Copy the value defanged, the row, or the JSON", "copy as"},
	{LookLinks, Look, []string{"w"}, "w", "links", "Links into the products, and to the console", "links"},
	{LookRespond, Look, []string{"a"}, "a", "respond", "What the modules can do about the observable; asks before anything is done", "respond"},
	{LookCasebook, Look, []string{"c"}, "c", "casebook", "Keep the observables in a casebook", "casebook"},
	{LookExport, Look, []string{"e"}, "e", "export", "Write the investigation to a file", "export"},
	{LookOrder, Look, []string{"v"}, "v", "", "Order the observables by type, or the worst first", "order"},

	{LookRun, LookLine, []string{"enter"}, "enter", "look up", "Look the observables up", ""},
	{LookComplete, LookLine, []string{"tab"}, "tab", "complete", "Take the proposal", ""},
	{LookEarlier, LookLine, []string{"up", "down"}, "↑ ↓", "choose", "Choose a proposal, or an earlier look-up when the line is empty", ""},
	{LookLeave, LookLine, []string{"esc"}, "esc", "leave", "Leave the line", ""},

	{DraftLookUp, LookDraft, []string{"enter"}, "enter", "look up", "Look up what is ticked", ""},
	{DraftLeaveOut, LookDraft, []string{" "}, "space", "leave out", "Leave the observable out, or take it back in", ""},
	{DraftType, LookDraft, []string{"t"}, "t", "whole type", "Leave out all of this type, or take them back in", ""},
	{DraftBack, LookDraft, []string{"esc", "backspace"}, "esc", "back", "Go back to the text", ""},

	{LookChoose, LookMenu, []string{"enter"}, "enter", "choose", "Do what is selected", ""},
	{LookMenuClose, LookMenu, []string{"esc", "left", "h", "backspace"}, "esc", "close", "Close the list", ""},

	{TreeUnfold, Tree, []string{" "}, "space", "unfold", "Unfold or fold what is selected", ""},
	{TreeRoot, Tree, []string{"t"}, "t", "re-root", "Let the tree begin at what is selected", "re-root"},

	{HistoryOpen, History, []string{"enter", "right", "l"}, "enter", "open", "Open the run", "open"},
	{HistoryCompare, History, []string{"="}, "=", "compare", "Compare two marked runs", "compare"},
	{HistoryAgain, History, []string{"r"}, "r", "run again", "Run a new verification", "again"},
	{HistoryResume, History, []string{"c"}, "c", "continue", "Continue the run without sending again", "resume"},
	{HistoryCopy, History, []string{"y"}, "y", "", "Copy the run's token", "copy"},
	{HistoryReload, History, []string{"ctrl+r"}, "ctrl+r", "", "Read the history again", "reload"},

	{PageBack, Page, []string{"esc", "left", "h", "backspace"}, "esc", "back", "Go back", ""},

	{SetupEnter, Setup, []string{"enter", "right", "l"}, "enter", "open", "Open the step", ""},
	{SetupBack, Setup, []string{"esc", "left", "h", "backspace"}, "esc", "back", "Back to the list, then close", ""},
	{SetupMark, Setup, []string{" "}, "space", "done", "Mark the step as done, or take that back", "done"},
	{SetupPractice, Setup, []string{"x"}, "x", "practise", "Do the step on the lab's products", "practise"},
	{SetupCheck, Setup, []string{"c"}, "c", "check", "Make every check that a program can make", "check"},
	{SetupToken, Setup, []string{"t"}, "t", "token", "Note when the registration token was made, and look at its shape", "token"},
	{SetupAppliance, Setup, []string{"a"}, "a", "", "Note the server and the version that the appliance shows", "appliance"},
	{SetupNext, Setup, []string{"n"}, "n", "next step", "Go to the next step", ""},
	{SetupPrev, Setup, []string{"p"}, "p", "previous", "Go to the previous step", ""},
	{SetupCopy, Setup, []string{"y"}, "y", "copy", "Copy a value of the step; again for the next one", "copy"},

	{DiagnosisStep, Diagnosis, []string{"enter"}, "enter", "show step", "Show the step of the set-up that it belongs to", ""},

	{DiagnosisSymptoms, Diagnosis, []string{"v"}, "v", "symptoms", "Choose what you see, or go back to the causes", "symptoms"},
	{DiagnosisTick, Diagnosis, []string{" "}, "space", "", "Choose a symptom, or take it back", ""},
	{DiagnosisPractice, Diagnosis, []string{"x"}, "x", "practise", "Mend it on the lab's products", "practise"},

	{AnswerNext, Answers, []string{"down", "right", "j", "l", " "}, "↑ ↓", "choose", "Choose another answer", ""},
	{AnswerPrev, Answers, []string{"up", "left", "k", "h"}, "← →", "", "The same", ""},

	{FormNext, Form, []string{"tab", "down"}, "tab", "next", "Go to the next field", ""},
	{FormPrev, Form, []string{"shift+tab", "up"}, "shift+tab", "", "Go to the field before", ""},
	{FormDone, Form, []string{"enter"}, "enter", "go on", "Take the answer and go on", ""},
	{FormPaste, Form, []string{"ctrl+t"}, "ctrl+t", "paste token", "Put the token in that the lab's portal made", ""},
	{FormSkip, Form, []string{"ctrl+n"}, "ctrl+n", "go on anyway", "Go on although the test failed", ""},
	{FormCancel, Form, []string{"esc"}, "esc", "leave", "Leave the form", ""},

	{TableFilter, Table, []string{"/"}, "/", "filter", "Filter the rows as you type", "filter"},
	{TableClear, Table, []string{"esc"}, "esc", "", "Take filter and marks away", ""},
	{TableMark, Table, []string{" "}, "space", "", "Mark the row, to act on several", ""},
	{TableSort, Table, []string{"o"}, "o", "", "Sort by the next column", "sort"},
	{TableReverse, Table, []string{"O"}, "O", "", "Turn the order around", ""},

	{PanelClose, Panel, []string{"esc", "backspace"}, "esc", "close", "Close the panel", ""},
	{PanelCopy, Panel, []string{"y"}, "y", "copy", "Copy what is selected", "copy"},
}
