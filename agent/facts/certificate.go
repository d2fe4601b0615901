package facts

import (
	"crypto/x509"
	"time"
)

// RenewalDue tells whether a certificate that the kubelet renews should have been
// renewed by now, or has expired. The kubelet asks for a new one when 70 to 90 % of its
// time are over (client-go, util/certificate, jitteryDuration).
func RenewalDue(c *x509.Certificate, now time.Time) bool {
	return now.After(c.NotBefore.Add(c.NotAfter.Sub(c.NotBefore) / 10 * 9))
}
