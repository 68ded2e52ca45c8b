// Package setup carries the set-up of the integration as data: the steps of Cisco's integration
// document (TechNote 215556) with their notes, tips and troubleshooting list, in English and in
// Korean; the regions with every host that a person or a firewall needs; and what a program can
// check and conclude by itself.
//
// It never draws, never changes anything on an appliance or in a portal, and never stores a
// registration token.
package setup
