package ctr

import (
	"context"
	"encoding/json"
	"time"
)

// Identity is a user and its organisation.
type Identity struct {
	User User
	Org  Org
}

// User is the owner of the API client.
type User struct {
	ID, Email, Name, Nick, Role, OrgID string

	Scopes     []string
	Enabled    bool
	LastLogin  time.Time // UTC; zero when not said
	Identities []string  // identity providers
}

// Org is the organisation.
type Org struct {
	ID, Name, ActivationStatus string

	Enabled bool
	Scopes  []string // additional ones
}

// WhoAmI tells which user and organisation the API client belongs to. It needs the scope
// profile. The answer's keys are in kebab-case, some with a question mark.
func (c *Client) WhoAmI(ctx context.Context) (Identity, error) {
	var members map[string]json.RawMessage
	if err := c.decode(ctx, c.get("/iroh/profile/whoami", nil), &members); err != nil {
		return Identity{}, err
	}
	user, org := membersOf(members["user"]), membersOf(members["org"])
	identity := Identity{
		User: User{
			ID:        jsonText(user["user-id"]),
			Email:     jsonText(user["user-email"]),
			Name:      jsonText(user["user-name"]),
			Nick:      jsonText(user["user-nick"]),
			Role:      jsonText(user["role"]),
			OrgID:     jsonText(user["org-id"]),
			Scopes:    jsonStrings(user["scopes"]),
			Enabled:   jsonBool(user["enabled?"]),
			LastLogin: jsonTime(user["last-logged-at"]),
		},
		Org: Org{
			ID:               jsonText(org["id"]),
			Name:             jsonText(org["name"]),
			ActivationStatus: jsonText(org["activation-status"]),
			Enabled:          jsonBool(org["enabled?"]),
			Scopes:           jsonStrings(org["additional-scopes"]),
		},
	}
	for _, raw := range listOf(user["idp-mappings"]) {
		identity.User.Identities = append(identity.User.Identities, jsonText(membersOf(raw)["idp"]))
	}
	return identity, nil
}
