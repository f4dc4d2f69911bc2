package io.portcullis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpServerCodec;
import org.junit.jupiter.api.Test;

/**
 * No HTTP/1 decoder but our own is used, so no system property that makes Netty's lenient
 * ({@code io.netty.handler.codec.http.defaultStrictLineParsing} for one) can make us so.
 */
class ParsingIsOursTest {
    @Test
    void f10NoDecoderIsUsedThatASystemPropertyCouldMakeLenient() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ParsingIsOursTest.class.getName())
                .should()
                .dependOnClassesThat()
                .areAssignableTo(HttpObjectDecoder.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(HttpServerCodec.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(HttpClientCodec.class)
                .check(new ClassFileImporter().importPackages(HousePlan.HOUSE));
    }
}
