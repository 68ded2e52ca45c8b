package setup

import "ctrace/esa"

// minimumVersion is what the integration needs: AsyncOS 12.5 on an SMA, which also serves cloud
// gateways, and 13.0 on an ESA that is integrated directly (Cisco TechNote 215556).
func minimumVersion(sma bool) esa.Version {
	if sma {
		return esa.Version{Major: 12, Minor: 5}
	}
	return esa.Version{Major: 13}
}

// losesCloudConnections tells whether a version is in the range of Cisco's field notice FN72113: it
// lacks the root certificate that the cloud's certificates changed to. The range is 11.x, 12.0, 12.1,
// 12.5.0, 13.0.0 to 13.0.3, 13.5.1 and 13.5.2.
func losesCloudConnections(v esa.Version) bool {
	switch {
	case v.Major == 11:
		return true
	case v.Major == 12:
		return v.Minor <= 1 || v.Minor == 5 && v.Patch == 0
	case v.Major == 13 && v.Minor == 0:
		return v.Patch <= 3
	case v.Major == 13 && v.Minor == 5:
		return v.Patch == 1 || v.Patch == 2
	}
	return false
}
