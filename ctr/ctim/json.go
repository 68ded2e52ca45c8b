package ctim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"ctrace/ctr/observable"
)

// Extra holds the members of a JSON object that its Go type has no field for, or whose
// value was of another kind than the field, exactly as they came.
type Extra map[string]json.RawMessage

// field is one JSON member of a struct type and where it lives.
type field struct {
	name  string
	index []int
}

var structFields sync.Map // reflect.Type -> []field

// fieldsOf lists the JSON members of a struct type, those of embedded structs included.
func fieldsOf(t reflect.Type) []field {
	if known, ok := structFields.Load(t); ok {
		return known.([]field)
	}
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "" || name == "-" {
			continue
		}
		fields = append(fields, field{name: name, index: f.Index})
	}
	structFields.Store(t, fields)
	return fields
}

// decodeObject fills the struct that dst points to from the JSON object in data, member by
// member. What does not fit, wholly or in part, goes to the returned Extra as it came; only
// data that is no object at all is an error.
func decodeObject(data []byte, dst any) (Extra, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, fmt.Errorf("ctim: %T: %w", dst, err)
	}
	v := reflect.ValueOf(dst).Elem()
	for _, f := range fieldsOf(v.Type()) {
		raw, ok := members[f.name]
		if ok && decodeValue(raw, v.FieldByIndex(f.index)) {
			delete(members, f.name)
		}
	}
	if len(members) == 0 {
		return nil, nil
	}
	return members, nil
}

var observableType = reflect.TypeFor[observable.Observable]()

// decodeValue sets v from raw, as far as raw fits, and tells whether v now says all of it.
func decodeValue(raw json.RawMessage, v reflect.Value) (whole bool) {
	switch {
	case string(raw) == "null":
		return true
	case v.Type() == observableType:
		o, usable, whole := decodeObservable(raw)
		if usable {
			v.Set(reflect.ValueOf(o))
		}
		return whole
	case v.CanInt():
		n, ok := decodeInt(raw)
		if ok {
			v.SetInt(n)
		}
		return ok
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		return decodeList(raw, v)
	}
	fresh := reflect.New(v.Type())
	if err := json.Unmarshal(raw, fresh.Interface()); err != nil {
		return false
	}
	v.Set(fresh.Elem())
	return true
}

// decodeList sets the slice v from a JSON list, without the elements that do not fit.
func decodeList(raw json.RawMessage, v reflect.Value) (whole bool) {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return false
	}
	list, whole := reflect.MakeSlice(v.Type(), 0, len(elements)), true
	for _, element := range elements {
		if string(element) == "null" && v.Type().Elem().Kind() == reflect.Struct {
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		fits := decodeValue(element, item)
		whole = whole && fits
		if fits || !item.IsZero() {
			list = reflect.Append(list, item)
		}
	}
	v.Set(list)
	return whole
}

// decodeObservable reads {type, value}; a value may be a bare number, as a careless module
// writes a cisco_mid. It is usable when both are there, and whole when nothing else is.
func decodeObservable(raw json.RawMessage) (o observable.Observable, usable, whole bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return o, false, false
	}
	var kind, value string
	if json.Unmarshal(members["type"], &kind) != nil {
		return o, false, false
	}
	if json.Unmarshal(members["value"], &value) != nil {
		var number json.Number
		if json.Unmarshal(members["value"], &number) != nil {
			return o, false, false
		}
		value = number.String()
	}
	o = observable.Observable{Type: observable.Type(kind), Value: value}
	return o, true, len(members) == 2
}

// decodeInt reads a whole number written as 1, 1.0, 1e2 or "1". IROH types every count as a
// double.
func decodeInt(raw json.RawMessage) (int64, bool) {
	text := string(raw)
	if len(text) > 1 && text[0] == '"' {
		text = strings.Trim(text, `"`)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// encodeObject writes the struct src with its extra members as one JSON object with sorted
// keys; a member kept in extra goes before the field. Zero fields are left out: Threat
// Response refuses members that it does not expect.
func encodeObject(src any, extra Extra) ([]byte, error) {
	v := reflect.ValueOf(src)
	members := make(map[string]json.RawMessage, len(extra)+8)
	maps.Copy(members, extra)
	for _, f := range fieldsOf(v.Type()) {
		value := v.FieldByIndex(f.index)
		if _, kept := extra[f.name]; kept || isEmpty(value) {
			continue
		}
		raw, err := marshal(value.Interface())
		if err != nil {
			return nil, fmt.Errorf("ctim: member %s: %w", f.name, err)
		}
		members[f.name] = raw
	}
	return marshal(members)
}

// isEmpty tells whether a field stands for an absent member. An empty list that is not nil
// was there.
func isEmpty(v reflect.Value) bool {
	if zero, ok := reflect.TypeAssert[interface{ IsZero() bool }](v); ok {
		return zero.IsZero()
	}
	return v.IsZero()
}

// marshal is json.Marshal without escaping of <, > and &, which mail values are full of.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return slices.Clip(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
