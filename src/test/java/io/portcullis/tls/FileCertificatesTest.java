package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import io.portcullis.testkit.TestLeaf.KeyForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FileCertificatesTest {
    private final FileCertificates source = new FileCertificates(Clock.systemUTC());
    private final List<Problem> problems = new ArrayList<>();

    @TempDir
    Path dir;

    private TestCertificates ca;

    @BeforeEach
    void authority() {
        ca = TestCertificates.in(dir);
    }

    @Test
    void aGoodPairHasItsFactsAndNoProblem() {
        TestLeaf leaf = ca.leaf("Example.com", "*.example.com", "192.0.2.7", "2001:DB8::7")
                .write("site");
        Credential credential = good(leaf);
        assertThat(problems).isEmpty();
        assertThat(credential.names()).containsExactly("example.com", "*.example.com", "192.0.2.7", "2001:db8::7");
        assertThat(credential.keyType()).isEqualTo(Credential.KeyType.EC);
        assertThat(credential.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(credential.notAfter())
                .isEqualTo(leaf.certificate().getNotAfter().toInstant());
    }

    @Test
    void printingACredentialHidesItsKey() {
        Credential credential = good(ca.leaf("example.com").rsa(2048).write("site"));
        assertThat(credential.toString())
                .doesNotContain("modulus", "PrivateKey", "params")
                .contains("example.com");
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyForm.class,
            names = {"PKCS8", "TRADITIONAL"})
    void rsaAndEcKeysLoadInEveryForm(KeyForm form) {
        good(ca.leaf("a.example").keyForm(form).write("ec"));
        assertThat(load(ca.leaf("a.example").rsa(2048).keyForm(form).write("rsa")))
                .isNotNull();
        assertThat(problems).isEmpty();
    }

    @Test
    void anEcKeyAfterItsParameterBlockLoads() throws IOException {
        TestLeaf leaf = ca.leaf("a.example").keyForm(KeyForm.TRADITIONAL).write("ec");
        String parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        Files.writeString(leaf.keyFile(), parameters + Files.readString(leaf.keyFile()));
        assertThat(load(leaf)).as("%s", problems).isNotNull();
    }

    @Test
    void anEncryptedKeyIsRefusedWithTheCommandThatDecryptsIt() {
        assertThat(load(ca.leaf("a.example").keyForm(KeyForm.ENCRYPTED_PKCS8).write("site")))
                .isNull();
        assertThat(onlyProblem().message()).contains("encrypted");
        assertThat(onlyProblem().remedy()).contains("openssl pkey -in");
        assertThat(onlyProblem().key()).isEqualTo("tls.public.certificates[0].key");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        TestLeaf leaf = ca.leaf("a.example").write("a");
        TestLeaf other = ca.leaf("b.example").write("b");
        assertThat(load(leaf.chainFile(), other.keyFile())).isNull();
        assertThat(onlyProblem().message()).contains("does not belong");
        problems.clear();
        TestLeaf rsa = ca.leaf("c.example").rsa(2048).write("c");
        assertThat(load(leaf.chainFile(), rsa.keyFile())).isNull();
        assertThat(onlyProblem().message()).contains("does not belong");
    }

    @Test
    void aMissingAnEmptyAndAForeignFileAreNamed() throws IOException {
        TestLeaf leaf = ca.leaf("a.example").write("a");
        assertThat(load(dir.resolve("nowhere.pem"), leaf.keyFile())).isNull();
        assertThat(onlyProblem().message()).contains("there is no file").contains("nowhere.pem");
        problems.clear();
        Path empty = Files.createFile(dir.resolve("empty.pem"));
        assertThat(load(leaf.chainFile(), empty)).isNull();
        assertThat(onlyProblem().message()).endsWith("is empty");
        problems.clear();
        Path foreign = Files.write(
                dir.resolve("leaf.der"), leaf.certificate().getPublicKey().getEncoded());
        assertThat(load(foreign, leaf.keyFile())).isNull();
        assertThat(onlyProblem().remedy()).contains("-inform der");
        problems.clear();
        assertThat(load(dir, leaf.keyFile())).isNull();
        assertThat(onlyProblem().message()).contains("cannot be read");
    }

    @Test
    void damagedPemIsNamed() throws IOException {
        TestLeaf leaf = ca.leaf("a.example").write("a");
        String text = Files.readString(leaf.chainFile());
        Files.writeString(leaf.chainFile(), text.substring(0, 100) + "\n-----END CERTIFICATE-----\n");
        assertThat(load(leaf)).isNull();
        assertThat(onlyProblem().message()).contains("damaged");
    }

    @Test
    void swappedFilesAreRecognised() {
        TestLeaf leaf = ca.leaf("a.example").write("a");
        assertThat(load(leaf.keyFile(), leaf.chainFile())).isNull();
        assertThat(problems).hasSize(2).allMatch(problem -> problem.remedy().contains("swapped"));
    }

    @Test
    void datesAreChecked() {
        assertThat(load(ca.leaf("a.example").expired().write("a"))).isNull();
        assertThat(onlyProblem().message()).contains("expired 1 day ago");
        problems.clear();
        assertThat(load(ca.leaf("a.example").notYetValid().write("b"))).isNull();
        assertThat(onlyProblem().message()).contains("not valid before");
        problems.clear();
        assertThat(load(ca.leaf("a.example")
                        .valid(Duration.ofDays(-80), Duration.ofDays(9).plusHours(1))
                        .write("c")))
                .isNotNull();
        assertThat(onlyProblem().message()).contains("expires in 9 days");
        assertThat(onlyProblem().risk()).isEqualTo(5);
    }

    @Test
    void s13ChainOutOfOrderNamesTheRightOrder() {
        TestLeaf leaf = ca.intermediate("Lower").leaf("a.example").write("a");
        rewrite(leaf.chainFile(), leaf.chain().get(1), leaf.chain().get(0));
        assertThat(load(leaf)).isNull();
        assertThat(onlyProblem().remedy()).endsWith("\"CN=a.example\", \"CN=Lower\"");
    }

    @Test
    void s13ChainWithAGapIsRefused() {
        TestLeaf leaf =
                ca.intermediate("Upper").intermediate("Lower").leaf("a.example").write("a");
        assertThat(load(leaf)).as("%s", problems).isNotNull();
        assertThat(problems).isEmpty();
        rewrite(leaf.chainFile(), leaf.chain().get(0), leaf.chain().get(2));
        assertThat(load(leaf)).isNull();
        assertThat(onlyProblem().message()).contains("has a gap").contains("\"CN=Lower\" did");
    }

    @Test
    void s13ALeafAloneWithAnUnknownIssuerIsARisk() throws IOException {
        TestLeaf leaf = ca.intermediate("Lower").leaf("a.example").write("a");
        rewrite(leaf.chainFile(), leaf.chain().get(0));
        assertThat(load(leaf)).as("%s", problems).isNotNull();
        assertThat(onlyProblem().message()).contains("incomplete").contains("CN=Lower");
        assertThat(onlyProblem().risk()).isEqualTo(4);
        problems.clear();
        Files.delete(ca.rootFile());
        assertThat(load(ca.leaf("b.example").write("b"))).isNotNull();
        assertThat(onlyProblem().message()).contains("incomplete");
    }

    @Test
    void s13TheRootInTheChainIsMentioned() {
        TestLeaf leaf = ca.leaf("a.example").write("a");
        rewrite(leaf.chainFile(), leaf.certificate(), ca.root());
        assertThat(load(leaf)).as("%s", problems).isNotNull();
        assertThat(onlyProblem().message()).contains("also holds the root");
    }

    @Test
    void s13WeakSignaturesKeysAndMissingNamesAreRisks() {
        assertThat(load(ca.leaf("a.example").rsa(1024).write("a"))).isNotNull();
        assertThat(onlyProblem().message()).contains("only 1024 bits");
        problems.clear();
        assertThat(load(ca.leaf("a.example").digest("SHA1").write("b"))).isNotNull();
        assertThat(onlyProblem().message()).contains("SHA1");
        problems.clear();
        assertThat(load(ca.leaf().write("c"))).isNotNull();
        assertThat(onlyProblem().message()).contains("no subject alternative name");
    }

    @Test
    void configuredNamesMustBeCovered() {
        TestLeaf leaf = ca.leaf("example.com", "*.example.com").write("a");
        Credential credential = good(leaf, "WWW.example.com.", "example.com");
        assertThat(credential.names()).containsExactly("www.example.com", "example.com");
        assertThat(load(leaf, "a.b.example.com")).isNull();
        assertThat(onlyProblem().message()).contains("does not cover a.b.example.com");
    }

    @Test
    void aKeyFileOpenToEveryoneIsARisk() throws IOException {
        TestLeaf leaf = ca.leaf("a.example").write("a");
        Files.setPosixFilePermissions(leaf.keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(load(leaf)).as("%s", problems).isNotNull();
        assertThat(onlyProblem().remedy()).startsWith("chmod o-r");
    }

    private Problem onlyProblem() {
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    private static void rewrite(Path file, X509Certificate... certificates) {
        try {
            Files.writeString(file, TestLeaf.pem(List.of(certificates)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Credential good(TestLeaf leaf, String... names) {
        return Objects.requireNonNull(load(leaf, names), () -> problems.toString());
    }

    private @Nullable Credential load(TestLeaf leaf, String... names) {
        return load(leaf.chainFile(), leaf.keyFile(), names);
    }

    private @Nullable Credential load(Path chain, Path key, String... names) {
        TlsConfig.Certificate wanted =
                new TlsConfig.Certificate(chain, key, List.of(names), false, false, new SourceLine("test.conf", 3));
        return source.load(wanted, "tls.public.certificates[0]", problems::add);
    }
}
