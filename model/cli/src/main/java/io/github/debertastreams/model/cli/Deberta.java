package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.error.ModelException;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code deberta COMMAND …}. Other modules add commands through {@link DebertaCommand}. */
@Command(
        name = "deberta",
        description = "Understands text inside data streams: DeBERTa in pure Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Deberta.Version.class,
        subcommands = {
            PredictCommand.class,
            TokenizeCommand.class,
            ForwardCommand.class,
            InspectCommand.class,
            ExportCommand.class,
            DownloadCommand.class
        })
public final class Deberta implements Runnable {

    private static final int WRONG_USAGE = 2;
    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs one command and ends the process with its status. */
    public static void main(String[] args) {
        CommandLine commandLine = commandLine();
        commandLine.setOut(utf8(FileDescriptor.out));
        commandLine.setErr(utf8(FileDescriptor.err));
        int status = commandLine.execute(args);
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        System.exit(status);
    }

    /** The jar's, which the build writes. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Deberta.class.getPackage().getImplementationVersion();
            return new String[] {"deberta " + (version == null ? "(not from a jar)" : version)};
        }
    }

    /** Every command on the class path. What goes wrong is said in one line, without a stack trace. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Deberta());
        ModelFlags.addTo(Objects.requireNonNull(commandLine.getSubcommands().get("predict"))
                .getCommandSpec());
        ServiceLoader.load(DebertaCommand.class).forEach(commandLine::addSubcommand);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((exception, args) -> {
            PrintWriter err = exception.getCommandLine().getErr();
            err.println("deberta: " + oneLine(String.valueOf(exception.getMessage())) + " (see '"
                    + exception.getCommandLine().getCommandSpec().qualifiedName() + " --help')");
            return WRONG_USAGE;
        });
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
            String message = exception.getMessage();
            boolean explained = exception instanceof ModelException || exception instanceof CommandException;
            command.getErr()
                    .println("deberta: " + oneLine(explained && message != null ? message : exception.toString()));
            return FAILED;
        });
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? One of " + spec.subcommands().keySet());
    }

    /** JSON is UTF-8, whatever the locale. */
    private static PrintWriter utf8(FileDescriptor descriptor) {
        return new PrintWriter(
                new BufferedWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8)),
                true);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ");
    }
}
