package lab

// Fault is something wrong that the lab can be told to have.
type Fault struct {
	Name        string
	Description string
}

// UnknownFaultError says that there is no fault of that name.
type UnknownFaultError struct {
	Name    string
	Nearest string // the name that is spelled most like it
}

// Error implements error.
func (e *UnknownFaultError) Error() string {
	return "no fault is called " + e.Name + "; did you mean " + e.Nearest + "?"
}

// Faults returns every fault that the lab knows, sorted by name.
func Faults() []Fault { return nil }

// CheckFaults returns an *UnknownFaultError for the first name that is no
// fault's.
func CheckFaults(names ...string) error { return nil }
