package lab

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// control lets other processes switch the faults of a running lab and do the
// person's moves, below /lab/ on the host of Security Services Exchange:
//
//	GET  /lab/faults            {"on":[…],"known":[{"name","description"}…]}
//	PUT  /lab/faults            {"on":[…]}
//	GET  /lab/practice          what a person would see
//	GET  /lab/practice/{step}   the moves of a step
//	POST /lab/practice/{move}   {"FIELD":"VALUE",…}, answered by {"message","token"}
//
// A fault or a move that is refused is 409 with {"error"}.
func (l *Lab) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /lab/faults", func(w http.ResponseWriter, _ *http.Request) { l.answerFaults(w) })
	mux.HandleFunc("PUT /lab/faults", l.putFaults)
	mux.HandleFunc("GET /lab/practice", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"view": l.practice.View(), "facts": l.practice.Facts()})
	})
	mux.HandleFunc("GET /lab/practice/{step}", func(w http.ResponseWriter, r *http.Request) {
		step, err := strconv.Atoi(r.PathValue("step"))
		if err != nil || step < 0 || step > 8 {
			refuse(w, http.StatusNotFound, errors.New("the steps are 1 to 8, and 0 for what mends"))
			return
		}
		answer(w, http.StatusOK, l.practice.Moves(step))
	})
	mux.HandleFunc("POST /lab/practice/{move}", l.postMove)
	return mux
}

// controlBody is the largest body that control reads, in bytes.
const controlBody = 64 << 10

func (l *Lab) answerFaults(w http.ResponseWriter) {
	type fault struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	known := []fault{}
	for _, f := range Faults() {
		known = append(known, fault(f))
	}
	answer(w, http.StatusOK, map[string]any{"on": append([]string{}, l.Faults()...), "known": known})
}

func (l *Lab) putFaults(w http.ResponseWriter, r *http.Request) {
	var body struct {
		On []string `json:"on"`
	}
	dec := json.NewDecoder(io.LimitReader(r.Body, controlBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	if err := l.SetFaults(body.On...); err != nil {
		refuse(w, http.StatusConflict, err)
		return
	}
	l.answerFaults(w)
}

func (l *Lab) postMove(w http.ResponseWriter, r *http.Request) {
	values := map[string]string{}
	if err := json.NewDecoder(io.LimitReader(r.Body, controlBody)).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	outcome, err := l.practice.Do(r.Context(), r.PathValue("move"), values)
	if err != nil {
		refuse(w, http.StatusConflict, err)
		return
	}
	answer(w, http.StatusOK, map[string]string{"message": outcome.Message, "token": outcome.Token})
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
