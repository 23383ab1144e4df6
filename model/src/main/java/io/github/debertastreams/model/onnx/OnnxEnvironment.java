package io.github.debertastreams.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;

/** ONNX Runtime's environment, of which there is one for each class loader that has its classes. */
final class OnnxEnvironment {

    private static final String RUNTIME = "ai/onnxruntime/OrtEnvironment.class";

    private OnnxEnvironment() {}

    /**
     * The environment. Its first call makes a thread that waits for the end of the process, and a thread keeps the class loaders of
     * all code that is on its maker's stack or above: a Flink job's, for good. So a thread of the JVM itself makes it, on whose stack
     * is no code of ours. Where the caller is itself that thread, and its pool has no other, the pool is asked for one more.
     *
     * @throws ModelException of kind {@code BUNDLE} where both artifacts are there
     */
    static OrtEnvironment get() {
        requireOneArtifact(OrtEnvironment.class.getClassLoader());
        FutureTask<?> task = new FutureTask<>(environment());
        ForkJoinPool.commonPool().execute(task);
        try {
            ForkJoinPool.managedBlock(new Completion(task));
            return (OrtEnvironment) task.get();
        } catch (ExecutionException e) {
            throw new ModelException(ModelException.Kind.BACKEND, "ONNX Runtime cannot be opened", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(ModelException.Kind.BACKEND, "interrupted while ONNX Runtime was opened", e);
        }
    }

    /**
     * Refuses the artifact for the CPU beside that for a GPU, of which one has the classes and the other the libraries, or neither
     * all of them. What a parent has is not looked at: this loader's own classes came first.
     *
     * @param classPath the loader of ONNX Runtime's classes
     */
    static void requireOneArtifact(ClassLoader classPath) {
        int runtimes = own(classPath, RUNTIME).size();
        int forGpu = own(classPath, CudaPreflight.PROVIDER).size();
        if (forGpu > 0 && forGpu < runtimes) {
            throw ModelException.bundle(
                    "onnxruntime and onnxruntime_gpu are both on the class path: keep the one (in a build of this project: mvn clean)");
        }
    }

    private static Set<String> own(ClassLoader loader, String resource) {
        Set<String> found = places(loader, resource);
        ClassLoader parent = loader.getParent();
        if (parent != null) {
            found.removeAll(places(parent, resource));
        }
        return found;
    }

    private static Set<String> places(ClassLoader loader, String resource) {
        try {
            Set<String> places = new HashSet<>();
            loader.getResources(resource).asIterator().forEachRemaining(url -> places.add(url.toString()));
            return places;
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BACKEND, "the class path cannot be read: " + e, e);
        }
    }

    private static Callable<?> environment() {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(OrtEnvironment.class.getClassLoader()); // it gets the proxy's class
            MethodHandle get = MethodHandles.publicLookup()
                    .findStatic(OrtEnvironment.class, "getEnvironment", MethodType.methodType(OrtEnvironment.class));
            return MethodHandleProxies.asInterfaceInstance(Callable.class, get);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("ONNX Runtime is another than expected", e);
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    /** The end of a task, for a thread of a pool to wait for. */
    private record Completion(FutureTask<?> task) implements ForkJoinPool.ManagedBlocker {

        @Override
        public boolean block() throws InterruptedException {
            try {
                task.get();
            } catch (ExecutionException e) {
                return true; // whoever asks the task for its result gets it
            }
            return true;
        }

        @Override
        public boolean isReleasable() {
            return task.isDone();
        }
    }
}
