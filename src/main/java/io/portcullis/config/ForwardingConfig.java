package io.portcullis.config;

import java.util.List;

/**
 * What backends are told about the client.
 *
 * @param trustedProxies addresses and CIDR ranges of proxies in front of us, whose forwarding fields are believed
 * @param via our pseudonym in {@code Via} and {@code Proxy-Status}, a token (RFC 9110 §7.6.3)
 */
public record ForwardingConfig(List<String> trustedProxies, String via) {}
