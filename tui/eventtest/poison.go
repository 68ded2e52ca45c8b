package eventtest

import (
	"reflect"

	"ctrace/internal/verify"
)

// Poison gives a copy of a script in which every string that comes from outside is x.
func Poison(script []verify.Event, x string) []verify.Event {
	out := make([]verify.Event, len(script))
	for i, e := range script {
		v := reflect.New(reflect.TypeOf(e)).Elem()
		v.Set(clone(reflect.ValueOf(e)))
		poison(v, x)
		out[i] = v.Interface().(verify.Event)
	}
	return out
}

// poison replaces the plain strings inside v. Named string types are words of the program, such as a stage.
func poison(v reflect.Value, x string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.Type() == reflect.TypeFor[string]() {
			v.SetString(x)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i), x)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), x)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), x)
		}
	}
}

// clone copies what poison would change.
func clone(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(clone(v.Field(i)))
			}
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(clone(v.Index(i)))
		}
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(clone(v.Elem()))
		return out
	}
	return v
}
