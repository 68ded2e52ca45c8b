package esa

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
)

// ByMID holds one value per MID, sorted by MID. It is a slice because nearly
// every message has one MID, and a list of 100,000 messages with five Go maps
// each would take 150 MB for the maps alone.
type ByMID[T any] []MIDValue[T]

// MIDValue is one entry of ByMID.
type MIDValue[T any] struct {
	MID   int64
	Value T
}

// Get returns the value of one MID.
func (b ByMID[T]) Get(mid int64) (T, bool) {
	if i, ok := b.find(mid); ok {
		return b[i].Value, true
	}
	var none T
	return none, false
}

// Highest returns the entry with the highest MID: the last one of a message
// that the gateway rewrote.
func (b ByMID[T]) Highest() (MIDValue[T], bool) {
	if len(b) == 0 {
		return MIDValue[T]{}, false
	}
	return b[len(b)-1], true
}

// Map returns the same as a Go map.
func (b ByMID[T]) Map() map[int64]T {
	m := make(map[int64]T, len(b))
	for _, v := range b {
		m[v.MID] = v.Value
	}
	return m
}

// MarshalJSON writes an object keyed by MID, as the appliance does.
func (b ByMID[T]) MarshalJSON() ([]byte, error) {
	m := make(map[string]T, len(b))
	for _, v := range b {
		m[strconv.FormatInt(v.MID, 10)] = v.Value
	}
	return json.Marshal(m)
}

func (b ByMID[T]) find(mid int64) (int, bool) {
	return slices.BinarySearchFunc(b, mid, func(v MIDValue[T], mid int64) int { return cmp.Compare(v.MID, mid) })
}

// set adds or replaces a value and keeps the order.
func (b ByMID[T]) set(mid int64, value T) ByMID[T] {
	i, ok := b.find(mid)
	if ok {
		b[i].Value = value
		return b
	}
	return slices.Insert(b, i, MIDValue[T]{mid, value})
}
