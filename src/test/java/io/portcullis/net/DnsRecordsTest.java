package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsRecordsTest {
    private static Dns.@Nullable Service service(DnsRecordType type, int port, String... labels) {
        ByteBuf content = Unpooled.buffer().writeShort(1).writeShort(2).writeShort(port);
        for (String label : labels) {
            content.writeByte(label.length()).writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        content.writeByte(0);
        DefaultDnsRawRecord record = new DefaultDnsRawRecord("_http._tcp.a.test.", type, 5, content);
        try {
            return DnsRecords.service(record);
        } finally {
            record.release();
        }
    }

    @Test
    void aTargetHasPriorityWeightPortAndAName() {
        assertThat(service(DnsRecordType.SRV, 8080, "B", "test")).isEqualTo(new Dns.Service(1, 2, 8080, "b.test"));
    }

    /** RFC 2782: the root as target says that there is no such service. */
    @Test
    void whatNobodyCanConnectToIsNoTarget() {
        assertThat(service(DnsRecordType.SRV, 8080)).isNull();
        assertThat(service(DnsRecordType.SRV, 0, "b", "test")).isNull();
        assertThat(service(DnsRecordType.SRV, 8080, "b/c", "test")).isNull();
        assertThat(service(DnsRecordType.MX, 8080, "b", "test")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "10.0.0.5, true",
        "::1, true",
        "0.0.0.0, false",
        "::, false",
        "224.0.0.1, false",
        "ff02::1, false",
        "255.255.255.255, false"
    })
    void anAddressOfNoHostIsNone(String literal, boolean host) throws Exception {
        assertThat(DnsRecords.isHost(InetAddress.getByName(literal))).isEqualTo(host);
    }
}
