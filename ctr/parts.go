package ctr

// Parts cuts an update into ones that bring at most so many documents each, for a program that
// has something else to do between them. Applying them one after another is the same as applying
// the update; what the update says of modules, observables and the end comes with the last one.
func (u Update) Parts(documents int) []Update {
	var parts []Update
	room, brings := documents, []*digest(nil)
	for _, d := range u.brings {
		for rest := d; rest != nil; {
			var part *digest
			part, rest, room = rest.cut(room)
			brings = append(brings, part)
			if room == 0 {
				parts = append(parts, Update{Progress: u.Progress, AllInOne: u.AllInOne, seq: u.seq, brings: brings})
				room, brings = documents, nil
			}
		}
	}
	last := u
	last.brings = brings
	return append(parts, last)
}

// cut takes the first documents off an answer, and says how many more would have had room; rest is
// nil when nothing is left.
func (d *digest) cut(room int) (part, rest *digest, left int) {
	part = &digest{module: d.module, state: d.state, batch: d.batch}
	behind := *d
	part.verdicts, behind.verdicts, room = split(d.verdicts, room)
	part.judgements, behind.judgements, room = split(d.judgements, room)
	part.sightings, behind.sightings, room = split(d.sightings, room)
	part.indicators, behind.indicators, room = split(d.indicators, room)
	part.others, behind.others, room = split(d.others, room)
	part.links, behind.links, room = split(d.links, room)
	if room == 0 && behind.holds() {
		return part, &behind, 0
	}
	return part, nil, room
}

// holds tells whether an answer has documents.
func (d *digest) holds() bool {
	return len(d.verdicts)+len(d.judgements)+len(d.sightings)+len(d.indicators)+len(d.others)+len(d.links) > 0
}

func split[T any](list []T, room int) (first, rest []T, left int) {
	n := min(len(list), room)
	return list[:n], list[n:], room - n
}
