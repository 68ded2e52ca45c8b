package esatest

// Fault is something wrong that can be switched on.
type Fault struct {
	Name        string
	Description string
}
