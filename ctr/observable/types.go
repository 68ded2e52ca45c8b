package observable

import "strings"

// Type is the name of an observable type as CTIM writes it.
type Type string

// The observable types of the CTIM vocabulary "observable-type-identifier".
// The list is closed: the enrich API refuses any other name.
const (
	ACUDID                Type = "acudid"
	AMPComputerGUID       Type = "amp_computer_guid"
	CertificateCommonName Type = "certificate_common_name"
	CertificateIssuer     Type = "certificate_issuer"
	CertificateSerial     Type = "certificate_serial"
	CiscoCMID             Type = "cisco_cm_id"
	CiscoMID              Type = "cisco_mid"
	CiscoUCID             Type = "cisco_uc_id"
	CortexAgentID         Type = "cortex_agent_id"
	CrowdStrikeID         Type = "crowdstrike_id"
	CVMID                 Type = "cvm_id"
	CybereasonID          Type = "cybereason_id"
	DarktraceID           Type = "darktrace_id"
	Device                Type = "device"
	Domain                Type = "domain"
	Email                 Type = "email"
	EmailMessageID        Type = "email_messageid"
	EmailSubject          Type = "email_subject"
	FileName              Type = "file_name"
	FilePath              Type = "file_path"
	GoogleChromebookID    Type = "google_chromebook_id"
	GoogleCloudID         Type = "google_cloud_id"
	Hostname              Type = "hostname"
	IMEI                  Type = "imei"
	IMSI                  Type = "imsi"
	IntuneID              Type = "intune_id"
	IP                    Type = "ip"
	IPv6                  Type = "ipv6"
	JamfManagementID      Type = "jamf_management_id"
	MACAddress            Type = "mac_address"
	MD5                   Type = "md5"
	MerakiNetworkID       Type = "meraki_network_id"
	MerakiNodeSN          Type = "meraki_node_sn"
	MerakiOrgID           Type = "meraki_org_id"
	MSMachineID           Type = "ms_machine_id"
	Mutex                 Type = "mutex"
	NGFWID                Type = "ngfw_id"
	NGFWName              Type = "ngfw_name"
	ODNSIdentity          Type = "odns_identity"
	ODNSIdentityLabel     Type = "odns_identity_label"
	OrbitalNodeID         Type = "orbital_node_id"
	PKISerial             Type = "pki_serial"
	ProcessArgs           Type = "process_args"
	ProcessHash           Type = "process_hash"
	ProcessName           Type = "process_name"
	ProcessPath           Type = "process_path"
	ProcessUID            Type = "process_uid"
	ProcessUsername       Type = "process_username"
	ProcessorID           Type = "processor_id"
	RegistryKey           Type = "registry_key"
	RegistryName          Type = "registry_name"
	RegistryPath          Type = "registry_path"
	S1AgentID             Type = "s1_agent_id"
	SecureAccessID        Type = "secure_access_id"
	SerialNumber          Type = "serial_number"
	ServiceNowID          Type = "service_now_id"
	SHA1                  Type = "sha1"
	SHA256                Type = "sha256"
	SWCDeviceID           Type = "swc_device_id"
	TrendMicroID          Type = "trend_micro_id"
	URL                   Type = "url"
	User                  Type = "user"
	UserAgent             Type = "user_agent"
)

// Observable is CTIM's pair of a type and a value. The value is kept as it
// was given; Normal brings it into the form in which two spellings of one
// thing are equal.
type Observable struct {
	Type  Type   `json:"type"`
	Value string `json:"value"`
}

// TypeInfo describes one observable type.
type TypeInfo struct {
	Type Type
	// Label is the name for people, as Cisco's own modules print it.
	Label string
	// Aliases are other names that people type for it. Together with the
	// type names they are unambiguous; Lookup ignores case, "-" and "_".
	Aliases []string
	// EmailModule says that an ESA or SMA module of Threat Response can be
	// asked about it.
	EmailModule bool
	// FreeText says that Extract recognises it in bare text.
	FreeText bool
}

// types is in the order of the CTIM vocabulary.
// EmailModule: Cisco XDR help, "Secure Email and Web Manager Integration",
// which lists what the module can be asked about (subjects in its prose).
var types = []TypeInfo{
	{Type: ACUDID, Label: "AnyConnect UDID", Aliases: []string{"udid"}},
	{Type: AMPComputerGUID, Label: "Secure Endpoint computer GUID", Aliases: []string{"amp_guid", "computer_guid", "connector_guid"}},
	{Type: CertificateCommonName, Label: "certificate common name", Aliases: []string{"common_name", "cn"}},
	{Type: CertificateIssuer, Label: "certificate issuer", Aliases: []string{"issuer"}},
	{Type: CertificateSerial, Label: "certificate serial number", Aliases: []string{"cert_serial"}},
	{Type: CiscoCMID, Label: "Cisco CM ID", Aliases: []string{"cmid"}},
	{Type: CiscoMID, Label: "Cisco message ID", Aliases: []string{"mid", "esa_mid"}, EmailModule: true, FreeText: true},
	{Type: CiscoUCID, Label: "Cisco UC ID", Aliases: []string{"ucid"}},
	{Type: CortexAgentID, Label: "Cortex agent ID", Aliases: []string{"cortex"}},
	{Type: CrowdStrikeID, Label: "CrowdStrike ID", Aliases: []string{"crowdstrike", "cs_id"}},
	{Type: CVMID, Label: "CVM ID", Aliases: []string{"cvm"}},
	{Type: CybereasonID, Label: "Cybereason ID", Aliases: []string{"cybereason"}},
	{Type: DarktraceID, Label: "Darktrace ID", Aliases: []string{"darktrace"}},
	{Type: Device, Label: "device"},
	{Type: Domain, Label: "domain", Aliases: []string{"domain_name", "fqdn", "dns"}, EmailModule: true, FreeText: true},
	{Type: Email, Label: "email address", Aliases: []string{"from", "to", "sender", "recipient", "mail", "email_address", "mail_from", "rcpt_to", "mailto", "address", "envelope_sender", "envelope_recipient"}, EmailModule: true, FreeText: true},
	{Type: EmailMessageID, Label: "email message ID", Aliases: []string{"message_id", "msgid", "header_message_id"}, EmailModule: true, FreeText: true},
	{Type: EmailSubject, Label: "email subject", Aliases: []string{"subject", "subj", "mail_subject"}, EmailModule: true, FreeText: true},
	{Type: FileName, Label: "file name", Aliases: []string{"file", "attachment", "attachment_name"}, EmailModule: true, FreeText: true},
	{Type: FilePath, Label: "file path", Aliases: []string{"path"}, FreeText: true},
	{Type: GoogleChromebookID, Label: "Google Chromebook ID", Aliases: []string{"chromebook", "chromebook_id"}},
	{Type: GoogleCloudID, Label: "Google Cloud ID", Aliases: []string{"gcp_id", "google_cloud"}},
	{Type: Hostname, Label: "host name", Aliases: []string{"host", "computer", "computer_name"}},
	{Type: IMEI, Label: "IMEI"},
	{Type: IMSI, Label: "IMSI"},
	{Type: IntuneID, Label: "Intune ID", Aliases: []string{"intune"}},
	{Type: IP, Label: "IP address", Aliases: []string{"ipv4", "ip_address", "ip4", "sender_ip", "src_ip", "dst_ip"}, EmailModule: true, FreeText: true},
	{Type: IPv6, Label: "IPv6 address", Aliases: []string{"ip6", "ipv6_address"}, FreeText: true},
	{Type: JamfManagementID, Label: "Jamf management ID", Aliases: []string{"jamf", "jamf_id"}},
	{Type: MACAddress, Label: "MAC address", Aliases: []string{"mac", "ethernet"}, FreeText: true},
	{Type: MD5, Label: "MD5", Aliases: []string{"md5_hash", "md5sum", "file_md5"}, FreeText: true},
	{Type: MerakiNetworkID, Label: "Meraki network ID", Aliases: []string{"meraki_network"}},
	{Type: MerakiNodeSN, Label: "Meraki node serial number", Aliases: []string{"meraki_sn", "meraki_serial"}},
	{Type: MerakiOrgID, Label: "Meraki organization ID", Aliases: []string{"meraki_org", "meraki_organization_id"}},
	{Type: MSMachineID, Label: "Microsoft machine ID", Aliases: []string{"machine_id", "defender_id"}},
	{Type: Mutex, Label: "mutex", Aliases: []string{"mutant"}},
	{Type: NGFWID, Label: "Secure Firewall ID", Aliases: []string{"ngfw", "firewall_id"}},
	{Type: NGFWName, Label: "Secure Firewall name", Aliases: []string{"firewall", "firewall_name"}},
	{Type: ODNSIdentity, Label: "Umbrella identity", Aliases: []string{"umbrella_identity", "odns"}},
	{Type: ODNSIdentityLabel, Label: "Umbrella identity label", Aliases: []string{"umbrella_label", "odns_label"}},
	{Type: OrbitalNodeID, Label: "Orbital node ID", Aliases: []string{"orbital", "orbital_id"}},
	{Type: PKISerial, Label: "PKI serial number", Aliases: []string{"pki"}},
	{Type: ProcessArgs, Label: "process arguments", Aliases: []string{"args", "arguments", "command_line", "cmdline", "process_arguments"}},
	{Type: ProcessHash, Label: "process hash"},
	{Type: ProcessName, Label: "process name", Aliases: []string{"process"}},
	{Type: ProcessPath, Label: "process path"},
	{Type: ProcessUID, Label: "process user ID", Aliases: []string{"uid"}},
	{Type: ProcessUsername, Label: "process user name", Aliases: []string{"process_user"}},
	{Type: ProcessorID, Label: "processor ID", Aliases: []string{"cpu_id"}},
	{Type: RegistryKey, Label: "registry key", Aliases: []string{"registry", "regkey"}, FreeText: true},
	{Type: RegistryName, Label: "registry name", Aliases: []string{"reg_name", "registry_value"}},
	{Type: RegistryPath, Label: "registry path", Aliases: []string{"reg_path"}},
	{Type: S1AgentID, Label: "SentinelOne agent ID", Aliases: []string{"sentinelone", "sentinelone_id", "s1"}},
	{Type: SecureAccessID, Label: "Secure Access ID", Aliases: []string{"secure_access"}},
	{Type: SerialNumber, Label: "serial number", Aliases: []string{"serial", "sn"}},
	{Type: ServiceNowID, Label: "ServiceNow ID", Aliases: []string{"servicenow", "snow_id"}},
	{Type: SHA1, Label: "SHA-1", Aliases: []string{"sha1_hash", "sha1sum", "file_sha1"}, FreeText: true},
	{Type: SHA256, Label: "SHA-256", Aliases: []string{"sha256_hash", "sha256sum", "file_sha256", "sha2", "hash", "file_hash"}, EmailModule: true, FreeText: true},
	{Type: SWCDeviceID, Label: "Secure Cloud Analytics device ID", Aliases: []string{"swc", "stealthwatch_id"}},
	{Type: TrendMicroID, Label: "Trend Micro ID", Aliases: []string{"trend_micro"}},
	{Type: URL, Label: "URL", Aliases: []string{"uri", "link", "href"}, FreeText: true},
	{Type: User, Label: "user name", Aliases: []string{"username", "login", "account"}},
	{Type: UserAgent, Label: "user agent", Aliases: []string{"ua", "http_user_agent"}, FreeText: true},
}

// byName finds a type's position by its folded names and aliases.
var byName = func() map[string]int {
	m := make(map[string]int, 4*len(types))
	for i, t := range types {
		m[foldName(string(t.Type))] = i
		for _, a := range t.Aliases {
			m[foldName(a)] = i
		}
	}
	return m
}()

// foldName drops case, "-", "_" and blanks, which people mix up.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '_' || r == ' ':
			return -1
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Types returns all types in the order of the CTIM vocabulary.
func Types() []TypeInfo { return append([]TypeInfo(nil), types...) }

// Lookup finds a type by its name or one of its aliases. Letter case, "-",
// "_" and blanks do not count: "Message-ID" finds email_messageid. The alias
// "hash" is the type that the email modules know, sha256; ParseQuery picks
// the hash type by the value's length.
func Lookup(nameOrAlias string) (TypeInfo, bool) {
	i, ok := byName[foldName(nameOrAlias)]
	if !ok {
		return TypeInfo{}, false
	}
	return types[i], true
}

// Info describes the type; false when it is none of CTIM's.
func (t Type) Info() (TypeInfo, bool) {
	i, ok := byName[foldName(string(t))]
	if !ok || types[i].Type != t {
		return TypeInfo{}, false
	}
	return types[i], true
}
