package ctrtest

import (
	"net/http"
	"strings"
)

// irohRoutes are the routes of the platform host. Every other path or method
// is 404, also those of private intelligence.
func (c *Cloud) irohRoutes() http.Handler {
	mux := http.NewServeMux()
	open := func(pattern string, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			irohHeaders(w.Header())
			h(r).write(w)
		})
	}
	gated := func(pattern, scope string, h handler) { mux.Handle(pattern, c.gate(scope, h)) }

	open("POST /iroh/oauth2/token", c.token)
	open("GET /.well-known/oauth-authorization-server", c.authorizationServer)
	open("GET /.well-known/openid-configuration", c.openIDConfiguration)
	open("GET /.well-known/jwks", func(*http.Request) reply { return ok(object{"keys": []any{}}) })
	open("GET /iroh/iroh-int/swagger.json", swagger)
	open("GET /clouds.json", c.clouds)

	gated("POST /iroh/iroh-inspect/inspect", "inspect:read", c.inspect)
	gated("POST /iroh/iroh-enrich/health", "integration/health:read", c.healthOfAll)
	gated("POST /iroh/iroh-enrich/health/{id}", "integration/health:read", c.healthOfOne)
	gated("POST /iroh/iroh-enrich/deliberate/observables", "enrich/observables/deliberate:read", c.deliberateObservables)
	gated("POST /iroh/iroh-enrich/observe/observables", "enrich/observables/observe:read", c.observeObservables)
	gated("POST /iroh/iroh-enrich/observe/targets", "enrich/targets/observe:read", c.observeTargets)
	gated("POST /iroh/iroh-enrich/refer/observables", "enrich/observables/refer:read", c.refer)
	gated("GET /iroh/iroh-enrich/reputation/observable", "enrich/observables/reputation:read", c.reputation)

	gated("GET /iroh/iroh-int/module-instance", "integration/module-instance:read", c.listModules)
	gated("POST /iroh/iroh-int/module-instance", "integration/module-instance:write", c.postModule)
	gated("GET /iroh/iroh-int/module-instance/{id}", "integration/module-instance:read", c.getModule)
	gated("PATCH /iroh/iroh-int/module-instance/{id}", "integration/module-instance:write", c.patchModule)
	gated("DELETE /iroh/iroh-int/module-instance/{id}", "integration/module-instance:write", c.deleteModule)
	gated("GET /iroh/iroh-int/module-type", "integration/module-type:read", c.listModuleTypes)
	gated("GET /iroh/iroh-int/module-type/{id}", "integration/module-type:read", c.getModuleType)

	gated("GET /iroh/profile/whoami", "profile:read", c.whoAmI)
	gated("GET /iroh/profile/org", "profile:read", func(*http.Request) reply { return ok(c.org()) })

	gated("POST /iroh/iroh-response/respond/observables", "response/observables:read", c.respondObservables)
	gated("POST /iroh/iroh-response/respond/sighting", "response/sighting:read", c.respondSighting)
	gated("POST /iroh/iroh-response/respond/trigger/{module}/{action}", "response/trigger:write", c.trigger)

	gated("GET /iroh/iroh-sse/device", "sse:read", c.sseDevices)
	gated("GET /iroh/iroh-sse/device/{id}", "sse:read", c.sseDevice)
	gated("DELETE /iroh/iroh-sse/device/{id}", "sse:write", c.sseDelete)

	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		irohHeaders(w.Header())
		if strings.HasPrefix(r.URL.Path, "/iroh/") {
			if _, refusal := c.authorize(r); refusal != nil {
				refusal.write(w)
				return
			}
		}
		notFound("not_found").write(w)
	})
	return mux
}

// authorizationServer is the RFC 8414 metadata, with the real one's singular
// "client_credential" and an issuer that is no URL.
func (c *Cloud) authorizationServer(*http.Request) reply {
	at := c.iroh.url
	return ok(object{
		"issuer": "IROH Auth", "token_endpoint": at + "/iroh/oauth2/token",
		"authorization_endpoint":           at + "/iroh/oauth2/authorize",
		"device_authorization_endpoint":    at + "/iroh/oauth2/device_authorization",
		"jwks_uri":                         at + "/.well-known/jwks",
		"grant_types_supported":            []string{"authorization_code", "client_credential", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"},
		"response_types_supported":         []string{"code", "token"},
		"code_challenge_methods_supported": []string{"S256", "plain"},
		"scopes_supported":                 supportedScopes,
		"service_documentation":            at + "/iroh/doc/iroh-auth/index.html",
	})
}

func (c *Cloud) openIDConfiguration(*http.Request) reply {
	at := c.iroh.url
	return ok(object{
		"issuer": "IROH Auth", "token_endpoint": at + "/iroh/oauth2/token",
		"authorization_endpoint": at + "/iroh/oauth2/authorize", "jwks_uri": at + "/.well-known/jwks",
		"subject_types_supported": []string{"pairwise"}, "response_types_supported": []string{"code"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      supportedScopes,
		"service_documentation":                 at + "/iroh/doc/iroh-auth/index.html",
	})
}

var supportedScopes = []string{
	"admin", "ao", "asset", "casebook", "enrich", "event", "feedback", "global-intel", "inspect", "insights", "integration",
	"investigation", "invite", "notification", "oauth", "orbital", "playbook", "private-intel", "profile", "registry",
	"response", "sse", "telemetry", "users", "webhook",
}

// swagger is the head of the service's own API description, which anybody may
// read: enough to see that the host answers.
func swagger(*http.Request) reply {
	return ok(object{"swagger": "2.0", "info": object{"title": "IROH INT", "version": "1.0.107"}, "basePath": "/", "paths": object{}})
}

// clouds names this one region by its own address. The shape of the real
// document is not published.
func (c *Cloud) clouds(*http.Request) reply {
	return ok([]object{{"region": c.cfg.Region, "visibility": c.iroh.url, "intel": c.intel.url}})
}

// whoAmI has keys in kebab-case, some with a question mark, as the real one.
func (c *Cloud) whoAmI(*http.Request) reply {
	return ok(object{
		"user": object{
			"role": "admin", "scopes": c.grantedScopes(), "user-id": userID, "user-email": "analyst@lab.example",
			"user-name": "Lab Analyst", "user-nick": "analyst", "org-id": orgID, "enabled?": true,
			"created-at": "2024-01-15T09:00:00.000Z", "updated-at": "2024-01-15T09:00:00.000Z",
			"last-logged-at": formatTime(c.cfg.Now()),
			"idp-mappings": []object{{
				"idp": "sxso", "user-identity-id": "analyst@lab.example", "organization-id": orgID, "enabled?": true,
			}},
		},
		"org": c.org(),
	})
}

func (c *Cloud) org() object {
	return object{
		"id": orgID, "name": "Ctrace Lab", "enabled?": true, "activation-status": "activated", "scim-status": "activated",
		"allow-all-role-to-login": true, "allow-all-role-to-login-editable?": false, "additional-scopes": []string{},
		"created-at": "2024-01-15T08:55:00.000Z", "updated-at": "2024-01-15T08:55:00.000Z",
	}
}
