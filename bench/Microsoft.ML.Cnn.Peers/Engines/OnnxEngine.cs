using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>The same prediction through ONNX Runtime: all graph optimizations, memory for the images and the scores bound once.</summary>
internal sealed class OnnxEngine : IEngine
{
    private readonly SessionOptions options = new()
    {
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        InterOpNumThreads = 1,
    };
    private readonly RunOptions run = new();
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly OrtValue images;
    private readonly OrtValue scores;

    public OnnxEngine(ComparedModel model, Workload workload)
        : this(model, model.Examples(workload.Batch), workload.Threads, workload.Setting == Setting.Spinning) { }

    public OnnxEngine(ComparedModel model, Examples examples, int threads, bool spinning)
    {
        options.IntraOpNumThreads = threads;
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
        session = new InferenceSession(OnnxGraph.Write(model, examples.Count), options);
        Scores = new float[examples.Count * model.Description.OutputLength];
        images = OrtValue.CreateTensorValueFromMemory(examples.Images, examples.Dimensions);
        scores = OrtValue.CreateTensorValueFromMemory(Scores, [examples.Count, model.Description.OutputLength]);
        binding = session.CreateIoBinding();
        binding.BindInput(OnnxGraph.Input, images);
        binding.BindOutput(OnnxGraph.Output, scores);
    }

    /// <summary>Of the latest step, [images, outputs].</summary>
    public float[] Scores { get; }

    public void Step() => session.RunWithBinding(run, binding);

    public void Dispose()
    {
        binding.Dispose();
        scores.Dispose();
        images.Dispose();
        session.Dispose();
        run.Dispose();
        options.Dispose();
    }
}
