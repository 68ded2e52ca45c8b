package setup

import (
	"reflect"
	"slices"
	"testing"
)

// The integration document has 27 numbered items; each must be reachable in the panel's data.
func TestEveryItemOfTheDocumentIsCarried(t *testing.T) {
	var items []int
	for _, s := range slices.Concat(Frame(), Verification(), []Section{Related()}) {
		items = append(items, s.Item)
	}
	for _, s := range Steps() {
		items = append(items, s.Item)
		for _, r := range s.Remarks {
			items = append(items, r.Item)
		}
	}
	for _, tr := range Troubles() {
		items = append(items, tr.Item)
	}
	slices.Sort(items)
	want := make([]int, 27)
	for i := range want {
		want[i] = i + 1
	}
	if !slices.Equal(items, want) {
		t.Errorf("items = %v, want 1 to 27, each once", items)
	}
}

func TestStepsAreNumberedInOrder(t *testing.T) {
	for i, s := range Steps() {
		if s.Number != i+1 {
			t.Errorf("step %d has the number %d", i+1, s.Number)
		}
		if len(s.Do) == 0 {
			t.Errorf("step %d says nothing to do", s.Number)
		}
	}
}

func TestEveryTextExistsInBothLanguages(t *testing.T) {
	for name, v := range map[string]any{
		"Steps": Steps(), "Troubles": Troubles(), "Frame": Frame(), "Verification": Verification(), "Related": Related(),
	} {
		eachText(reflect.ValueOf(v), func(text Text) {
			if text == (Text{}) {
				return
			}
			if text.EN == "" || text.KO == "" || text.EN == text.KO {
				t.Errorf("%s: incomplete text %+v", name, text)
			}
		})
	}
}

// eachText calls f for every Text inside a value.
func eachText(v reflect.Value, f func(Text)) {
	if text, ok := reflect.TypeAssert[Text](v); ok && v.Type() == reflect.TypeFor[Text]() {
		f(text)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachText(v.Field(i), f)
			}
		}
	}
}

func TestCopyValuesFollowTheRegion(t *testing.T) {
	apjc, err := RegionByName("apj")
	if err != nil {
		t.Fatal(err)
	}
	enable := Steps()[2]
	got := enable.Do[1].Copy(apjc)
	if want := []string{"APJC (api.apj.sse.itd.cisco.com)"}; !slices.Equal(got, want) {
		t.Errorf("Copy = %q, want %q", got, want)
	}
	token := Steps()[4].Do[1].Copy(apjc)
	if want := []string{"https://admin.apj.sse.itd.cisco.com/"}; !slices.Equal(token, want) {
		t.Errorf("Copy = %q, want %q", token, want)
	}
}

func TestPlacesFollowTheProducts(t *testing.T) {
	p := Place{Classic: "a", Current: "b", SMA: "c"}
	for g, want := range map[Products]string{ClassicProducts: "a", CurrentProducts: "b", ManagedProducts: "c"} {
		if got := p.In(g); got != want {
			t.Errorf("In(%d) = %q, want %q", g, got, want)
		}
	}
	if got := (Place{Classic: "a"}).In(ManagedProducts); got != "a" {
		t.Errorf("In without newer words = %q, want the classic ones", got)
	}
}

func TestLanguageOf(t *testing.T) {
	for locale, want := range map[string]Language{
		"ko_KR.UTF-8": Korean, "ko": Korean, "KO": Korean, "ko.UTF-8": Korean,
		"en_US.UTF-8": English, "C": English, "": English, "kok_IN": English,
	} {
		if got := LanguageOf(locale); got != want {
			t.Errorf("LanguageOf(%q) = %s, want %s", locale, got, want)
		}
	}
}
