package setup

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"ctrace/internal/dial"
)

// eachEndpoint asks about every endpoint side by side and returns the answers in their order.
func eachEndpoint[T any](endpoints []string, ask func(host, port string) (T, error)) ([]T, []error) {
	answers, failures := make([]T, len(endpoints)), make([]error, len(endpoints))
	var group sync.WaitGroup
	for i, endpoint := range endpoints {
		group.Go(func() {
			host, port, err := net.SplitHostPort(endpoint)
			if err != nil {
				failures[i] = err
				return
			}
			answers[i], failures[i] = ask(host, port)
		})
	}
	group.Wait()
	return answers, failures
}

// failed lists the endpoints that failed with their errors.
func failed(endpoints []string, failures []error) []string {
	var lines []string
	for i, err := range failures {
		if err != nil {
			lines = append(lines, fmt.Sprintf("%s: %v", endpoints[i], dial.Words(err)))
		}
	}
	return lines
}

var noHosts = notSetUp("the profile names no region", "프로파일에 지역이 없습니다")

func checkDNS(ctx context.Context, s *Scene) finding {
	if len(s.Endpoints) == 0 {
		return noHosts
	}
	_, failures := eachEndpoint(s.Endpoints, func(host, _ string) (int, error) {
		if net.ParseIP(host) != nil {
			return 1, nil
		}
		addresses, err := s.Resolver.LookupNetIP(ctx, "ip", host)
		if err == nil && len(addresses) == 0 {
			err = errors.New("no address")
		}
		return len(addresses), err
	})
	if bad := failed(s.Endpoints, failures); len(bad) > 0 {
		return found(Fail, "not found: %s", "찾을 수 없음: %s", joined(bad))
	}
	return found(Pass, "all %d hosts have addresses", "호스트 %d개 모두 주소가 있음", len(s.Endpoints))
}

func checkTCP(ctx context.Context, s *Scene) finding {
	if len(s.Endpoints) == 0 {
		return noHosts
	}
	_, failures := eachEndpoint(s.Endpoints, func(host, port string) (bool, error) {
		conn, err := s.Dial(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			return false, err
		}
		return true, conn.Close()
	})
	if bad := failed(s.Endpoints, failures); len(bad) > 0 {
		return found(Fail, "no connection: %s", "연결되지 않음: %s", joined(bad))
	}
	return found(Pass, "all %d hosts answer", "호스트 %d개 모두 응답함", len(s.Endpoints))
}

func checkTLS(ctx context.Context, s *Scene) finding {
	if len(s.Endpoints) == 0 {
		return noHosts
	}
	issuers, failures := eachEndpoint(s.Endpoints, func(host, port string) (string, error) {
		return issuerOf(ctx, s, host, port)
	})
	if bad := failed(s.Endpoints, failures); len(bad) > 0 {
		return found(Fail, "%s. An inspecting proxy shows as an unknown issuer.", "%s. TLS 검사 프록시가 있으면 알 수 없는 발급자로 표시됩니다.", joined(bad))
	}
	slices.Sort(issuers)
	return found(Pass, "issued by %s", "발급자: %s", joined(slices.Compact(issuers)))
}

// issuerOf shakes hands with a host and returns the issuer of its certificate.
func issuerOf(ctx context.Context, s *Scene, host, port string) (string, error) {
	raw, err := s.Dial(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return "", err
	}
	defer raw.Close()
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	defer stop()
	conn := tls.Client(raw, &tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12})
	if err := conn.HandshakeContext(ctx); err != nil {
		if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok && unknown.Cert != nil {
			return "", fmt.Errorf("issued by %q, which is not trusted here", unknown.Cert.Issuer.String())
		}
		return "", err
	}
	issuer := conn.ConnectionState().PeerCertificates[0].Issuer
	if issuer.CommonName != "" {
		return issuer.CommonName, nil
	}
	return issuer.String(), nil
}

func checkProxy(ctx context.Context, s *Scene) finding {
	if len(s.Endpoints) == 0 || s.Proxy == nil {
		return noHosts
	}
	host, _, err := net.SplitHostPort(s.Endpoints[len(s.Endpoints)-1])
	if err != nil {
		return noHosts
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+"/", nil)
	if err != nil {
		return noHosts
	}
	proxy, err := s.Proxy(request)
	switch {
	case err != nil:
		return found(Fail, "the proxy settings cannot be read: %v", "프록시 설정을 읽을 수 없음: %v", err)
	case proxy == nil:
		return found(Pass, "none; the appliance may have one of its own", "없음. 어플라이언스에는 별도의 프록시가 있을 수 있습니다")
	}
	return found(Pass, "%s; the appliance may have another", "%s. 어플라이언스에는 다른 프록시가 있을 수 있습니다", (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String())
}

func checkRegions(_ context.Context, s *Scene) finding {
	api, appliance, portal := s.Region.Name, s.ApplianceRegion, ""
	if s.Token != nil {
		portal = s.Token.Portal
	}
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	switch {
	case differ(appliance, api):
		return found(Fail, "the appliance uses %s, the profile %s", "어플라이언스는 %s, 프로파일은 %s를 사용함", appliance, api)
	case differ(portal, api):
		return found(Fail, "the token comes from the portal of %s, the profile uses %s", "토큰은 %s 포털에서 생성되었고 프로파일은 %s를 사용함", portal, api).
			with(Fact("token_portal_differs"))
	case differ(portal, appliance):
		return found(Fail, "the token comes from the portal of %s, the appliance uses %s", "토큰은 %s 포털에서 생성되었고 어플라이언스는 %s를 사용함", portal, appliance).
			with(Fact("token_portal_differs"))
	case api == "":
		return noHosts
	case appliance == "":
		return found(Skip, "not said which Threat Response Server the appliance uses; the profile uses %s", "어플라이언스의 Threat Response Server를 알 수 없음. 프로파일은 %s를 사용함", api)
	}
	return finding{state: Pass, evidence: Text{
		EN: "they agree on " + s.Region.Title.EN + " (" + api + ")", KO: "모두 일치: " + s.Region.Title.KO + "(" + api + ")",
	}}
}
