package observable

// nearestType gives the type whose name, or one of whose aliases, is nearest
// to what was typed, "" when none is near.
func nearestType(name string) string {
	return nearestWithin(name, len(foldName(name))/3+2)
}

// nearestWithin is nearestType for names that differ in fewer than limit letters.
func nearestWithin(name string, limit int) string {
	name = foldName(name)
	best, bestType := limit, Type("")
	for _, t := range types {
		for i := -1; i < len(t.Aliases); i++ {
			candidate := string(t.Type)
			if i >= 0 {
				candidate = t.Aliases[i]
			}
			if d := distance(name, foldName(candidate), best); d < best {
				best, bestType = d, t.Type
			}
		}
	}
	return string(bestType)
}

// distance is the number of letters to insert, delete, change or swap
// (Damerau's distance, restricted); it gives up at limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 64 {
		return limit
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return min(row[len(b)], limit)
}
