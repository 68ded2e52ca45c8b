package lab

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"ctrace/ctr/ctrtest"
	"ctrace/esa/esatest"
	"ctrace/internal/spelling"
)

// Fault is something wrong that the lab can be told to have.
type Fault struct {
	Name        string
	Description string
}

// UnknownFaultError says that there is no fault of that name.
type UnknownFaultError struct {
	Name    string
	Nearest string // the name that is spelled most like it; "" when none is near
}

// Error implements error.
func (e *UnknownFaultError) Error() string {
	if e.Nearest == "" {
		return fmt.Sprintf("no fault is called %q; ctrace lab --list-faults names them", e.Name)
	}
	return fmt.Sprintf("no fault is called %q; did you mean %q?", e.Name, e.Nearest)
}

// catalogue is every fault by name.
var catalogue = sync.OnceValue(func() map[string]Fault {
	all := make(map[string]Fault)
	for _, f := range esatest.Faults() {
		all[f.Name] = Fault{f.Name, f.Description}
	}
	for _, f := range ctrtest.Faults() {
		all[f.Name] = Fault{f.Name, f.Description}
	}
	for _, f := range ownFaults {
		all[f.name] = Fault{f.name, f.description}
	}
	return all
})

// Faults returns every fault that the lab knows, sorted by name.
func Faults() []Fault {
	list := make([]Fault, 0, len(catalogue()))
	for _, f := range catalogue() {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Fault) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// CheckFaults returns an *UnknownFaultError for the first name that is no
// fault's. A further appliance is named before its fault: esa2:api-slow.
func CheckFaults(names ...string) error {
	for _, fault := range names {
		appliance, name, further := cutAppliance(fault)
		if _, known := catalogue()[name]; !known {
			return &UnknownFaultError{name, spelling.Nearest(name, slices.Sorted(maps.Keys(catalogue())))}
		}
		if further && !applianceHas(name) {
			return fmt.Errorf("%s cannot have the fault %s, which is no appliance's", appliance, name)
		}
	}
	return nil
}

// SetFaults replaces the faults that are on. When one of them changes what was
// set up, such as not-committed, the lab is set up anew first, so that what
// was practised since is lost. With an unknown name nothing changes and the
// error is an *UnknownFaultError.
func (l *Lab) SetFaults(names ...string) error {
	if err := CheckFaults(names...); err != nil {
		return err
	}
	if err := l.checkFurther(names); err != nil {
		return err
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	l.setting.Lock()
	defer l.setting.Unlock()
	before := l.Faults()
	if slices.Equal(planted(before), planted(names)) {
		return l.activate(names)
	}
	if err := l.activate(nil); err != nil {
		return err
	}
	return l.plant(names)
}

// Faults returns the names of the faults that are on, sorted.
func (l *Lab) Faults() []string { return slices.Clone(*l.active.Load()) }

// has says whether a fault is on.
func (l *Lab) has(name string) bool { return slices.Contains(*l.active.Load(), name) }

// activate switches the faults of appliance and cloud.
func (l *Lab) activate(names []string) error {
	var appliance, cloud []string
	if err := l.activateFurther(names); err != nil {
		return err
	}
	for _, name := range names {
		appliance = append(appliance, onAppliance(name)...)
		cloud = append(cloud, inCloud(name)...)
	}
	if err := l.appliance.SetFaults(appliance...); err != nil {
		return fmt.Errorf("setting the faults of the appliance: %w", err)
	}
	if err := l.cloud.SetFaults(cloud...); err != nil {
		return fmt.Errorf("setting the faults of Threat Response: %w", err)
	}
	l.active.Store(&names)
	return nil
}

// mended takes faults away that a person has mended, without setting up anew.
func (l *Lab) mended(names ...string) error {
	left := slices.DeleteFunc(l.Faults(), func(name string) bool { return slices.Contains(names, name) })
	return l.activate(left)
}

// onAppliance returns the appliance's faults behind one of the lab's.
func onAppliance(name string) []string {
	own, isOwn := ownFault(name)
	var list []string
	if isOwn {
		list = own.appliance
	}
	if applianceHas(name) {
		list = append(slices.Clone(list), name)
	}
	return list
}

// inCloud returns the faults of Threat Response behind one of the lab's. What
// the lab plants itself is not switched on there.
func inCloud(name string) []string {
	if own, isOwn := ownFault(name); isOwn {
		return own.cloud
	}
	if slices.ContainsFunc(ctrtest.Faults(), func(f ctrtest.Fault) bool { return f.Name == name }) {
		return []string{name}
	}
	return nil
}

func ownFault(name string) (ownFaultSpec, bool) {
	i := slices.IndexFunc(ownFaults, func(f ownFaultSpec) bool { return f.name == name })
	if i < 0 {
		return ownFaultSpec{}, false
	}
	return ownFaults[i], true
}

// planted returns those of the names that change what was set up.
func planted(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		own, isOwn := ownFault(name)
		return !isOwn || own.plant == nil && own.then == nil
	})
}
