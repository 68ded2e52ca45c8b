package ctim

import "ctrace/ctr/observable"

// Verdict is a module's present opinion of one observable. It has no id on the wire.
type Verdict struct {
	Type            string                `json:"type"`
	Disposition     Disposition           `json:"disposition"`
	DispositionName string                `json:"disposition_name"`
	Observable      observable.Observable `json:"observable"`
	ValidTime       ValidTime             `json:"valid_time"`
	JudgementID     string                `json:"judgement_id"` // usually absent in answers of deliberate
	Extra           Extra                 `json:"-"`
}

// UnmarshalJSON decodes leniently; a missing number is taken from the name.
func (v *Verdict) UnmarshalJSON(data []byte) (err error) {
	var fresh Verdict
	fresh.Extra, err = decodeObject(data, &fresh)
	fresh.Disposition = dispositionOf(fresh.Disposition, fresh.DispositionName)
	*v = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (v Verdict) MarshalJSON() ([]byte, error) { return encodeObject(v, v.Extra) }

// dispositionOf gives number, or the one that name stands for when number is absent.
func dispositionOf(number Disposition, name string) Disposition {
	if number != 0 {
		return number
	}
	for d, known := range dispositionNames {
		if known == name {
			return d
		}
	}
	return 0
}

// Judgement is one statement about an observable, with its reason. In one store the
// unexpired judgement of the highest priority makes the verdict.
type Judgement struct {
	Entity
	Observable      observable.Observable `json:"observable"`
	Disposition     Disposition           `json:"disposition"`
	DispositionName string                `json:"disposition_name"`
	Priority        int                   `json:"priority"`   // 0 to 100
	Severity        string                `json:"severity"`   // open list; "None" is a word
	Confidence      string                `json:"confidence"` // open list; "None" is a word
	ValidTime       ValidTime             `json:"valid_time"`
	Reason          string                `json:"reason"`
	ReasonURI       string                `json:"reason_uri"`
	Extra           Extra                 `json:"-"`
}

// UnmarshalJSON decodes leniently; a missing number is taken from the name.
func (j *Judgement) UnmarshalJSON(data []byte) (err error) {
	var fresh Judgement
	fresh.Extra, err = decodeObject(data, &fresh)
	fresh.Disposition = dispositionOf(fresh.Disposition, fresh.DispositionName)
	*j = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (j Judgement) MarshalJSON() ([]byte, error) { return encodeObject(j, j.Extra) }

// KillChainPhase is a phase of an attack model that an indicator belongs to.
type KillChainPhase struct {
	KillChainName string `json:"kill_chain_name"`
	PhaseName     string `json:"phase_name"`
	Extra         Extra  `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (k *KillChainPhase) UnmarshalJSON(data []byte) (err error) {
	var fresh KillChainPhase
	fresh.Extra, err = decodeObject(data, &fresh)
	*k = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (k KillChainPhase) MarshalJSON() ([]byte, error) { return encodeObject(k, k.Extra) }

// Indicator is a pattern that judgements and sightings belong to: a watch list, a campaign's
// mail, a malware's traffic. Its composite expression and specification stay raw in Extra.
type Indicator struct {
	Entity
	Producer        string           `json:"producer"`
	ValidTime       ValidTime        `json:"valid_time"`
	IndicatorType   []string         `json:"indicator_type"`
	Tags            []string         `json:"tags"`
	Severity        string           `json:"severity"`
	Confidence      string           `json:"confidence"`
	LikelyImpact    string           `json:"likely_impact"`
	KillChainPhases []KillChainPhase `json:"kill_chain_phases"`
	TestMechanisms  []string         `json:"test_mechanisms"`
	Negate          bool             `json:"negate"`
	Extra           Extra            `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (i *Indicator) UnmarshalJSON(data []byte) (err error) {
	var fresh Indicator
	fresh.Extra, err = decodeObject(data, &fresh)
	*i = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (i Indicator) MarshalJSON() ([]byte, error) { return encodeObject(i, i.Extra) }
