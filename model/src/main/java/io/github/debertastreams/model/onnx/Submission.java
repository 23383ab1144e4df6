package io.github.debertastreams.model.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.debertastreams.model.error.ModelException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * On which thread a session runs: on the CPU on the caller's; on a GPU always on the same one, because its memory grows with the
 * threads that submit (onnxruntime issue 6181).
 */
final class Submission implements AutoCloseable {

    private final @Nullable ExecutorService thread;

    private Submission(@Nullable ExecutorService thread) {
        this.thread = thread;
    }

    static Submission to(OnnxOptions.Device device) {
        return new Submission(
                device == OnnxOptions.Device.CPU
                        ? null
                        : Executors.newSingleThreadExecutor(run -> {
                            Thread thread = new Thread(run, "deberta-cuda");
                            thread.setDaemon(true);
                            return thread;
                        }));
    }

    /** One run of a session. */
    interface Run {
        OrtSession.Result run() throws OrtException;
    }

    OrtSession.Result submit(Run run) throws OrtException {
        if (thread == null) {
            return run.run();
        }
        boolean interrupted = false;
        try {
            var result = thread.submit(run::run);
            while (true) { // the run reads the caller's buffers: nobody leaves before it ends
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OrtException failure) {
                throw failure;
            }
            throw new ModelException(ModelException.Kind.BACKEND, "ONNX Runtime failed: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdown();
        }
    }
}
