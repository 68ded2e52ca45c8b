package wire

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// TestRoundTrip fills every exported field of every type, so that a field that is added to an API
// package and forgotten here is found.
func TestRoundTrip(t *testing.T) {
	roundTrip(t, FromMessage, Message.Message, cmpopts.EquateEmpty())
	roundTrip(t, FromDetails, Details.Details, cmpopts.EquateEmpty())
	roundTrip(t, FromReceipt, Receipt.Receipt, cmpopts.EquateEmpty())
	roundTrip(t, FromLine, Line.Line)
	roundTrip(t, FromModule, Module.Module, cmpopts.IgnoreUnexported(ctr.ModuleInstance{}))
	roundTrip(t, FromModuleError, ModuleError.ModuleError, cmpopts.IgnoreFields(ctr.ModuleError{}, "Raw"))
}

func roundTrip[A, W any](t *testing.T, to func(A) W, from func(W) A, opts ...cmp.Option) {
	t.Helper()
	var api A
	fill(reflect.ValueOf(&api).Elem(), 1)
	text, err := json.Marshal(to(api))
	if err != nil {
		t.Fatal(err)
	}
	var back W
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(api, from(back), opts...); diff != "" {
		t.Errorf("%T lost something (-was +is):\n%s\n%s", api, diff, text)
	}
}

// fill sets every exported field to something that is not zero.
func fill(v reflect.Value, n int) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 15, n%60, 0, 0, time.UTC)))
		return
	case time.Duration:
		v.SetInt(int64(n) * int64(time.Millisecond))
		return
	case json.RawMessage:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n+i)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n+i)
			}
		}
	}
}

func TestNothingOfServersIsInterpreted(t *testing.T) {
	hostile := "\x1b]52;c;AAAA\x07 \u202e"
	for _, v := range []any{
		FromMessage(esa.Message{Subject: hostile}), FromLine(testmail.Line{Text: hostile}),
		FromModuleError(ctr.ModuleError{Message: hostile}),
	} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, member := range back {
			found = found || member == hostile
		}
		if !found {
			t.Errorf("%s does not hold the text as it was", text)
		}
	}
}
