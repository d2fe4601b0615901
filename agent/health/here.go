package health

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"harden/agent/message"
)

// here gives the address at which a URL is served, where that is on this
// machine. No name is looked up: who answers for names is another machine.
func here(target *url.URL) (netip.AddrPort, error) {
	host := target.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	port := "80"
	if target.Scheme == "https" {
		port = "443"
	}
	number, err := strconv.ParseUint(cmp.Or(target.Port(), port), 10, 16)
	if err != nil {
		return netip.AddrPort{}, message.Errorf("cannot ask %s: %w", target, err)
	}
	address, err := netip.ParseAddr(host)
	if err != nil || !onThisMachine(address.Unmap()) {
		return netip.AddrPort{}, message.Errorf("the address %s is not on this machine, so no request was sent to it", target.Host)
	}
	return netip.AddrPortFrom(address.Unmap(), uint16(number)), nil
}

// Here tells whether a URL is served on this machine. No other is asked.
func Here(target *url.URL) bool {
	_, err := here(target)
	return err == nil
}

// onThisMachine tells whether an address is a loopback or that of an interface.
func onThisMachine(address netip.Addr) bool {
	if address.IsLoopback() {
		return true
	}
	own, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap() == address
	})
}
