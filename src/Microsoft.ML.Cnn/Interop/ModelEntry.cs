using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>
/// How one kind of transformer is kept in a model file of ML.NET: a header by which ML.NET finds the class that can read
/// it, and named streams of bytes beside that header.
/// </summary>
/// <param name="Signature">8 characters that stand for the kind of model.</param>
/// <param name="LoaderSignature">The name under which its <c>LoadableClass</c> attribute registers the class; at most 24 characters.</param>
internal sealed record ModelEntry(string Signature, string LoaderSignature)
{
    // The header's own version never moves: what changes over time is in the streams, which have their own.
    private const uint HeaderVersion = 0x00010001;

    /// <summary>Writes the header. To be called first.</summary>
    public void WriteHeader(ModelSaveContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CheckAtModel();
        context.SetVersionInfo(Version());
    }

    /// <summary>Writes a stream beside the header.</summary>
    public static void WriteStream(ModelSaveContext context, string name, Action<Stream> write) =>
        context.SaveBinaryStream(name, writer => write(writer.BaseStream));

    /// <summary>Checks the header. To be called first.</summary>
    /// <exception cref="FormatException">The entry is of another kind or of a newer version.</exception>
    /// <exception cref="NotSupportedException">The ML.NET loaded lacks something that this library was built against.</exception>
    public void CheckHeader(ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        MlNetBinding.Check();
        CheckVersion(context);
    }

    /// <summary>Reads a stream beside the header, or gives null where there is none of that name.</summary>
    public static T? ReadStream<T>(ModelLoadContext context, string name, Func<Stream, T> read)
        where T : class
    {
        T? value = null;
        return context.TryLoadBinaryStream(name, reader => value = read(reader.BaseStream)) ? value : null;
    }

    // Apart from the check, and kept apart: where an internal is missing, the method that names it cannot even be compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CheckVersion(ModelLoadContext context) => context.CheckAtModel(Version());

    private VersionInfo Version()
    {
        Debug.Assert(Signature.Length == 8 && LoaderSignature.Length <= 24);
        return new VersionInfo(
            modelSignature: Signature,
            verWrittenCur: HeaderVersion,
            verReadableCur: HeaderVersion,
            verWeCanReadBack: HeaderVersion,
            // The simple name: with a full one, a file written by a newer build could not be read by an older.
            loaderAssemblyName: typeof(ModelEntry).Assembly.GetName().Name,
            loaderSignature: LoaderSignature
        );
    }
}
