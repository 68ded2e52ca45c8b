package setup

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func result(id string, s State) Result {
	return Result{Check: Check{ID: id}, State: s, At: noon, Evidence: Text{"e", "k"}}
}

func TestProgressIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "setup", "lab.json")
	p, err := LoadProgress(path, "lab")
	if err != nil {
		t.Fatal(err)
	}
	p.Mark("open", true, noon)
	p.Token = &TokenTimer{IssuedAt: noon, Life: time.Hour, Portal: "eu"}
	p.Draft = map[string]string{"host": "esa1.example.com"}
	if err := p.Save(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, want 0600", info.Mode().Perm())
	}
	again, err := LoadProgress(path, "lab")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, again); diff != "" {
		t.Errorf("the progress changed on its way (-saved +loaded):\n%s", diff)
	}
}

func TestADamagedProgressSaysWhatToDo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadProgress(path, "lab"); err == nil {
		t.Error("a damaged file was taken")
	}
}

func TestChecksTickTheStepsThatTheyProve(t *testing.T) {
	p := Progress{}
	p.Prove([]Result{result("A14", Pass), result("A15", Pass)})
	if r := p.Steps["module"]; !r.Done || r.By != Program {
		t.Errorf("the module's step is %+v, want it ticked by the program", r)
	}
	p.Prove([]Result{result("A14", Fail), result("A15", Skip)})
	if p.Steps["module"].Done {
		t.Error("the step stays ticked although its check fails")
	}
}

func TestAFailedCheckDoesNotTakeThePersonsWordBack(t *testing.T) {
	p := Progress{}
	p.Mark("module", true, noon)
	p.Prove([]Result{result("A14", Fail)})
	if !p.Steps["module"].Done {
		t.Error("the person's tick is gone")
	}
}

func TestSkippedChecksProveNothing(t *testing.T) {
	p := Progress{}
	p.Prove([]Result{result("A14", Skip), result("A15", Skip)})
	if _, ok := p.Steps["module"]; ok {
		t.Error("skipped checks changed a step")
	}
}

func TestNextIsTheFirstStepNotDone(t *testing.T) {
	p := Progress{}
	p.Mark("open", true, noon)
	p.Mark("enable", true, noon)
	if s, ok := p.Next(); !ok || s.ID != "edit" {
		t.Errorf("Next = %s, %v; want edit", s.ID, ok)
	}
}
