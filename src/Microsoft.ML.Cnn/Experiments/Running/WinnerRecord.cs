using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>How a model was found, written beside it.</summary>
internal sealed record WinnerRecord(
    string Task,
    string Metric,
    double MetricValue,
    double Loss,
    bool IsRefitted,
    int TrialId,
    CnnParameters Parameters,
    int Epochs,
    IReadOnlyList<double> LearningCurve,
    long? ParameterCount,
    double? LatencyInMilliseconds,
    double DurationInMilliseconds,
    int Trials,
    string Data,
    string Tuner,
    CnnHalving Halving,
    int MaxEpoch,
    int Seed
)
{
    private static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Of this library, ML.NET, .NET and the machine.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; } =
        new Dictionary<string, string>
        {
            ["Microsoft.ML.Cnn"] = VersionOf(typeof(WinnerRecord)),
            ["Microsoft.ML"] = VersionOf(typeof(MLContext)),
            [".NET"] = Environment.Version.ToString(),
            ["Architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        };

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, json);

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? type.Assembly.GetName().Version!.ToString();
}
