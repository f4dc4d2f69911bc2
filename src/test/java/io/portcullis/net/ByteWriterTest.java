package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteWriterTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 1_000_000_007, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void aNumberIsWrittenInItsDigits(long number) {
        assertThat(written(new ByteWriter().put("n=").putDecimal(number).put(";")))
                .isEqualTo("n=" + number + ";");
    }

    @Test
    void aNumberAtTheEndOfTheRoomMakesRoom() {
        String long4090 = "x".repeat(4090);
        assertThat(written(new ByteWriter().put(long4090).putDecimal(Long.MAX_VALUE)))
                .isEqualTo(long4090 + Long.MAX_VALUE);
    }

    private static String written(ByteWriter writer) {
        ByteBuf buffer = writer.toBuffer(UnpooledByteBufAllocator.DEFAULT);
        try {
            return buffer.toString(StandardCharsets.ISO_8859_1);
        } finally {
            buffer.release();
        }
    }
}
