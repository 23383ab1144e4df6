package io.github.debertastreams.schemas.registry;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom to trust and who we are, in files. Null stands for what Java does without. */
public record TlsStores(
        @Nullable String truststore,
        @Nullable String truststorePassword,
        @Nullable String keystore,
        @Nullable String keystorePassword)
        implements Serializable {

    /** Java's own trust, and no certificate of ours. */
    public static final TlsStores DEFAULT = new TlsStores(null, null, null, null);

    private static final String PEM_BEGIN = "-----BEGIN CERTIFICATE-----";

    /** @throws IllegalArgumentException where a store cannot be read */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("cannot read the key or trust store: " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] trustManagers() throws GeneralSecurityException, IOException {
        if (truststore == null) {
            return null;
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(isPem(truststore) ? certificates(truststore) : store(truststore, truststorePassword));
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
        if (keystore == null) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store(keystore, keystorePassword), characters(keystorePassword));
        return factory.getKeyManagers();
    }

    /** PKCS12 or JKS, whichever the file is. */
    private static KeyStore store(String file, @Nullable String password) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(new File(file), characters(password));
    }

    private static boolean isPem(String file) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return new String(in.readNBytes(1 << 12), java.nio.charset.StandardCharsets.ISO_8859_1).contains(PEM_BEGIN);
        }
    }

    private static KeyStore certificates(String file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + store.size(), certificate);
            }
        }
        return store;
    }

    private static char[] characters(@Nullable String password) {
        return password == null ? new char[0] : password.toCharArray();
    }

    /** Without passwords. */
    @Override
    public String toString() {
        return "truststore " + truststore + ", keystore " + keystore;
    }
}
