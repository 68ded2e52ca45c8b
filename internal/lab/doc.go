// Package lab is the integration in a box: an Email Security Appliance or a
// Security Management Appliance (esa/esatest) and Threat Response with
// Security Services Exchange (ctr/ctrtest), joined so that a message mailed to
// the appliance appears in its tracking and can then be investigated.
//
// Everything listens on loopback with certificates of one CA made at start.
// Faults are named and can be switched while the lab runs. Nothing that is
// mailed to it or asked of it ever leaves the machine.
package lab
