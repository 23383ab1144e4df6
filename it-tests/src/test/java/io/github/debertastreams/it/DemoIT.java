package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.cli.Deberta;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The README's first command, as a stranger runs it: broker, topology, both models, and the count at the end. */
class DemoIT {

    @Test
    void theDemoLosesAndDuplicatesNothing() {
        System.setProperty("deberta.home", Path.of("..").toString());
        StringWriter out = new StringWriter();
        CommandLine commandLine = Deberta.commandLine();
        commandLine.setOut(new PrintWriter(out));
        int status = commandLine.execute("demo", "--records", "400", "--rate", "0");
        assertThat(status).as(out.toString()).isZero();
        assertThat(out.toString())
                .containsPattern("records in +400\n")
                .containsPattern("predictions out +800 ")
                .containsPattern("lost +0\n")
                .containsPattern("duplicated +0\n")
                .contains("0 of them errors");
    }
}
