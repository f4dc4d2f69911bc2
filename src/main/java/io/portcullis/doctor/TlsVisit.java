package io.portcullis.doctor;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What a client sees of a TLS server that trusts anybody and only takes notes.
 *
 * @param chain as sent; empty where the handshake ended before
 * @param version {@code TLSv1.3}; null where the handshake failed
 * @param alpn agreed; empty: none
 * @param failure why the handshake failed; null where it did not
 * @param asked whether the server asked for a certificate
 */
record TlsVisit(
        List<X509Certificate> chain,
        @Nullable String version,
        @Nullable String suite,
        String alpn,
        @Nullable String failure,
        boolean asked) {

    /** A handshake, and the end of it. Throws where the server cannot be reached. */
    static TlsVisit pay(Patient patient, List<String> alpn) throws IOException {
        try (Line line = Line.dial(patient.address(), patient.port(), patient.patience())) {
            return shake(line, patient, alpn);
        }
    }

    /** A handshake on {@code line}, which stays open. */
    static TlsVisit shake(Line line, Patient patient, List<String> alpn) {
        Notes notes = new Notes();
        Asked asked = new Asked();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new X509ExtendedKeyManager[] {asked}, new TrustManager[] {notes}, null);
            SSLSocket socket = line.secured(context.getSocketFactory(), patient.name());
            SSLParameters parameters = socket.getSSLParameters();
            if (patient.isNamed()) {
                parameters.setServerNames(List.of(new SNIHostName(patient.name())));
            }
            parameters.setApplicationProtocols(alpn.toArray(String[]::new));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            String agreed = socket.getApplicationProtocol();
            return new TlsVisit(
                    notes.chain,
                    socket.getSession().getProtocol(),
                    socket.getSession().getCipherSuite(),
                    agreed == null ? "" : agreed,
                    null,
                    asked.asked);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return new TlsVisit(notes.chain, null, null, "", String.valueOf(e.getMessage()), asked.asked);
        }
    }

    /** Trusts everybody. */
    private static final class Notes extends X509ExtendedTrustManager {
        private List<X509Certificate> chain = List.of();

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String type, Socket socket) {
            chain = List.of(sent);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String type, SSLEngine engine) {
            chain = List.of(sent);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String type) {
            chain = List.of(sent);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Has no certificate, and remembers that one was asked for. */
    private static final class Asked extends X509ExtendedKeyManager {
        private boolean asked;

        @Override
        public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            asked = true;
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return null;
        }

        @Override
        public java.security.@Nullable PrivateKey getPrivateKey(String alias) {
            return null;
        }
    }
}
