package lab

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ctrace/esa/esatest"
)

// MaxAppliances is how many appliances a lab can have.
const MaxAppliances = 8

// Further is one more appliance whose message tracking can be searched. It has the
// user, the passphrase and the CA of the first one, and a day of mail of its own,
// whose MIDs are those of the first one again.
type Further struct {
	Name string `json:"name"` // "esa2"; before a fault and a colon it is the one that has the fault
	URL  string `json:"url"`  // what goes before /esa/api/v2.0
}

// further is a running further appliance.
type further struct {
	name      string
	appliance *esatest.Appliance
}

// startFurther starts the appliances besides the first one. They are gateways, also
// beside a Security Management Appliance, whose own gateways have the names before.
func (l *Lab) startFurther() error {
	first := 2
	if l.cfg.SMA {
		first = 3 // esa1 and esa2 are behind it
	}
	for i := range l.cfg.Appliances - 1 {
		name := applianceName(first + i)
		a, err := esatest.Start(esatest.Config{
			Hostname: name + "." + l.appliance.Domain(), Delay: l.cfg.Delay, Slow: l.cfg.Slow, Messages: l.cfg.Messages, Seed: l.cfg.Seed + uint64(first+i),
			Username: l.appliance.Username(), Passphrase: l.appliance.Passphrase(), CA: l.ca, Now: l.cfg.Now,
		})
		if err != nil {
			return fmt.Errorf("starting the lab's appliance %s: %w", name, err)
		}
		l.further = append(l.further, further{name, a})
	}
	return nil
}

func applianceName(n int) string { return "esa" + strconv.Itoa(n) }

// cutAppliance takes the name of a further appliance from before a fault: "esa2:api-slow".
func cutAppliance(fault string) (appliance, name string, found bool) {
	appliance, name, found = strings.Cut(fault, ":")
	if !found {
		return "", fault, false
	}
	return appliance, name, true
}

// applianceHas tells whether an appliance can have a fault.
func applianceHas(fault string) bool {
	return slices.ContainsFunc(esatest.Faults(), func(f esatest.Fault) bool { return f.Name == fault })
}

// activateFurther switches the faults of the further appliances.
func (l *Lab) activateFurther(names []string) error {
	own := make(map[string][]string)
	for _, fault := range names {
		if appliance, name, found := cutAppliance(fault); found {
			own[appliance] = append(own[appliance], name)
		}
	}
	for _, f := range l.further {
		if err := f.appliance.SetFaults(own[f.name]...); err != nil {
			return fmt.Errorf("setting the faults of %s: %w", f.name, err)
		}
	}
	return nil
}

// checkFurther refuses faults of appliances that are not there.
func (l *Lab) checkFurther(names []string) error {
	for _, fault := range names {
		appliance, _, found := cutAppliance(fault)
		if found && !slices.ContainsFunc(l.further, func(f further) bool { return f.name == appliance }) {
			return fmt.Errorf("the lab has no further appliance %q: it has %d of them", appliance, len(l.further))
		}
	}
	return nil
}
