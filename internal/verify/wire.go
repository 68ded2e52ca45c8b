package verify

import (
	"encoding/json"

	"ctrace/ctr"
	"ctrace/internal/verify/wire"
)

// The events below hold values of the API packages, which have no JSON form of their own. Each is
// written with the wire form in the place of that field.

// MarshalJSON implements json.Marshaler.
func (e SMTPLine) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		At
		Line wire.Line `json:"line"`
	}{e.At, wire.FromLine(e.Line)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *SMTPLine) UnmarshalJSON(data []byte) error {
	var w struct {
		At
		Line wire.Line `json:"line"`
	}
	err := json.Unmarshal(data, &w)
	*e = SMTPLine{w.At, w.Line.Line()}
	return err
}

// MarshalJSON implements json.Marshaler.
func (e Sent) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		At
		Receipt wire.Receipt `json:"receipt"`
	}{e.At, wire.FromReceipt(e.Receipt)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *Sent) UnmarshalJSON(data []byte) error {
	var w struct {
		At
		Receipt wire.Receipt `json:"receipt"`
	}
	err := json.Unmarshal(data, &w)
	*e = Sent{w.At, w.Receipt.Receipt()}
	return err
}

type plainFound Found

type wireFound struct {
	plainFound
	Message wire.Message `json:"message"`
}

// MarshalJSON implements json.Marshaler.
func (e Found) MarshalJSON() ([]byte, error) {
	return marshal(wireFound{plainFound(e), wire.FromMessage(e.Message)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *Found) UnmarshalJSON(data []byte) error {
	var w wireFound
	err := json.Unmarshal(data, &w)
	*e = Found(w.plainFound)
	e.Message = w.Message.Message()
	return err
}

type plainDetails DetailsRead

type wireDetails struct {
	plainDetails
	Details wire.Details `json:"details"`
}

// MarshalJSON implements json.Marshaler.
func (e DetailsRead) MarshalJSON() ([]byte, error) {
	return marshal(wireDetails{plainDetails(e), wire.FromDetails(e.Details)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *DetailsRead) UnmarshalJSON(data []byte) error {
	var w wireDetails
	err := json.Unmarshal(data, &w)
	*e = DetailsRead(w.plainDetails)
	e.Details = w.Details.Details()
	return err
}

type plainModules ModulesListed

type wireModules struct {
	plainModules
	Modules []wire.Module `json:"modules"`
}

// MarshalJSON implements json.Marshaler.
func (e ModulesListed) MarshalJSON() ([]byte, error) {
	return marshal(wireModules{plainModules(e), each(e.Modules, wire.FromModule)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *ModulesListed) UnmarshalJSON(data []byte) error {
	var w wireModules
	err := json.Unmarshal(data, &w)
	*e = ModulesListed(w.plainModules)
	e.Modules = each(w.Modules, wire.Module.Module)
	return err
}

type plainAnswer ModuleAnswered

type wireAnswer struct {
	plainAnswer
	Errors []wire.ModuleError `json:"errors,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (e ModuleAnswered) MarshalJSON() ([]byte, error) {
	return marshal(wireAnswer{plainAnswer(e), each(e.Errors, wire.FromModuleError)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *ModuleAnswered) UnmarshalJSON(data []byte) error {
	var w wireAnswer
	err := json.Unmarshal(data, &w)
	*e = ModuleAnswered(w.plainAnswer)
	e.Errors = each(w.Errors, func(m wire.ModuleError) ctr.ModuleError { return m.ModuleError() })
	return err
}

func each[A, B any](list []A, convert func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, convert(a))
	}
	return out
}
