using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>A library, in one of the ways it can be set up.</summary>
/// <param name="Library">As in the results.</param>
/// <param name="Name">Of the way, if there is more than one.</param>
/// <param name="Start">Makes an engine of it.</param>
internal sealed record Setting(string Library, string Name, Func<ComparedModel, Workload, IEngine> Start)
{
    public const string Libtorch = "libtorch";
    public const string OnnxRuntime = "onnxruntime";

    private const string This = "this";

    public static Setting Ours { get; } = new(This, "plan", (model, workload) => new CnnEngine(model, workload));

    public static IReadOnlyList<Setting> All { get; } =
    [
        Ours,
        new(Libtorch, "nchw", (model, workload) => new TorchEngine(model, workload, channelsLast: false)),
        new(Libtorch, "channels-last", (model, workload) => new TorchEngine(model, workload, channelsLast: true)),
        new(OnnxRuntime, "waiting", (model, workload) => new OnnxEngine(model, workload, spinning: false)),
        new(OnnxRuntime, "spinning", (model, workload) => new OnnxEngine(model, workload, spinning: true)),
    ];

    /// <summary>The ways of a peer that may be its best. With one thread none of ONNX Runtime's has anything to spin for.</summary>
    public static IReadOnlyList<Setting> Of(string peer, int threads) =>
        [.. All.Where(setting => setting.Library == peer).Take(peer == OnnxRuntime && threads == 1 ? 1 : int.MaxValue)];

    public static Setting Parse(string word) => All.First(setting => setting.ToString() == word);

    public override string ToString() => $"{Library}/{Name}";
}
