using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>Whether the user has cancelled the context that a host belongs to.</summary>
internal static class HostCancellation
{
    public static bool IsCanceled(this IHostEnvironment host) => host is ICancelable { IsCanceled: true };
}
